import type { Stratum } from '../model/condition.ts';
import type { HuntState, HuntSummary, StratumSummary } from '../model/summary.ts';
import type { Verdict } from '../model/verdict.ts';
import { rateInterval } from '../stats/interval.ts';
import { foldArms, hasArms } from './fold-arms.ts';
import { eligibleRuns } from './fold-strata.ts';
import { accelMark } from './guest-facts.ts';
import { plural, rateText } from './quantities.ts';
import type { Style } from './style.ts';

/** What the hunt came to: one sentence, and its colour. */
export function headline(
  summary: HuntSummary,
  state: HuntState,
  test: string,
  style: Style,
): { text: string; paint: Style['bad'] } {
  const { counts, runs } = summary;
  if (runs === 0 && state === 'running') return { text: `${test}: no run has ended yet`, paint: style.odd };
  if (runs === 0) return { text: `${test}: no run ended, so nothing was learned`, paint: style.odd };
  if (eligibleRuns(counts) === 0) return { text: nothingLearned(summary, test), paint: style.odd };
  const maskedFail = summary.header.masked === 'fail' ? counts.masked : 0;
  if (counts.fail + counts.hang + maskedFail > 0) return { text: failing(summary, test), paint: style.bad };
  if (counts.masked === 0 || summary.header.masked === 'ignore') {
    return { text: `${clean(summary, test)}${maskedToo(summary)}`, paint: style.good };
  }
  return { text: `${test} reports success but prints failure: ${share(summary, ['masked'])}`, paint: style.odd };
}

function failing(summary: HuntSummary, test: string): string {
  const { fail, hang, masked } = summary.counts;
  const maskedFail = summary.header.masked === 'fail' ? masked : 0;
  const verb = hang === 0 ? 'fails' : fail + maskedFail === 0 ? 'hangs' : 'fails or hangs';
  const verdicts: Verdict[] = maskedFail > 0 ? ['fail', 'hang', 'masked'] : ['fail', 'hang'];
  return `${test} ${verb}${provoked(summary, verdicts)}: ${share(summary, verdicts)}${maskedToo(summary)}`;
}

/** Where it never fails by itself, that is to be said first. */
function provoked(summary: HuntSummary, verdicts: Verdict[]): string {
  if (!hasArms(summary)) return '';
  const { base } = foldArms(summary);
  return base !== null && failuresIn(base.stratum, summary, verdicts) === 0 ? ' when provoked' : '';
}

/** What masked runs are beside the number before them. */
function maskedToo({ counts: { masked }, header }: HuntSummary): string {
  if (masked === 0) return '';
  return {
    report: `; ${masked} more masked`,
    fail: `; ${masked} of them masked`,
    ignore: `; ${masked} masked, ignored`,
  }[header.masked];
}

function clean(summary: HuntSummary, test: string): string {
  const runs = plural(eligibleRuns(summary.counts), 'run');
  const [first, ...others] = hasArms(summary) ? foldArms(summary).rows : measuredStrata(summary);
  if (first === undefined) return `${test} did not fail in ${runs}`;
  if (others.length === 0) return `${test} did not fail in ${runs}: rate ${shareIn(first.stratum, summary, [])}`;
  if (!hasArms(summary)) return `${test} did not fail in ${runs}`;
  const conditions = new Set([first, ...others].map(({ stratum }) => stratum.condition)).size;
  const under = plural(conditions, 'condition');
  return `${test} did not fail in ${runs} under ${under}: ${first.stratum.condition} rate ${shareIn(first.stratum, summary, [])}`;
}

/** Rates of several strata are never mixed: of several conditions the base and the best are told, else only the counts. */
function share(summary: HuntSummary, verdicts: Verdict[]): string {
  const eligible = eligibleRuns(summary.counts);
  const failures = sum(summary.counts, verdicts);
  if (failures === eligible && failures >= 5) return `always (${failures} of ${eligible} runs)`;
  if (hasArms(summary)) return armShares(summary, verdicts);
  const of = `${failures} of ${plural(eligible, 'run')}`;
  const [only, ...others] = measuredStrata(summary);
  return only === undefined || others.length > 0 ? of : `${of}, ${shareIn(only.stratum, summary, verdicts)}`;
}

/** The base condition's rate, and beside it that of the best arm, or of whatever provokes it at all. */
function armShares(summary: HuntSummary, verdicts: Verdict[]): string {
  const { base, best, rows } = foldArms(summary);
  const silent = base === null || failuresIn(base.stratum, summary, verdicts) === 0;
  const arm = best ?? (silent ? rows.find(({ stratum }) => failuresIn(stratum, summary, verdicts) > 0) : undefined);
  return [base, arm]
    .filter((row) => row !== null && row !== undefined)
    .map(({ stratum, rate }) => {
      const of = `${failuresIn(stratum, summary, verdicts)} of ${plural(rate.runs, 'run')}`;
      return `under ${stratum.condition} ${of}, ${shareIn(stratum, summary, verdicts)}`;
    })
    .join('; ');
}

function shareIn(stratum: Stratum, summary: HuntSummary, verdicts: Verdict[]): string {
  const { eligible = 0 } = summary.strata.find((row) => row.stratum === stratum) ?? {};
  return rateText(rateInterval(failuresIn(stratum, summary, verdicts), eligible)) + accelMark(summary.header);
}

function failuresIn(stratum: Stratum, { strata }: HuntSummary, verdicts: Verdict[]): number {
  const row = strata.find((other) => other.stratum === stratum);
  return row === undefined ? 0 : sum(row.counts, verdicts);
}

function sum(counts: HuntSummary['counts'], verdicts: Verdict[]): number {
  return verdicts.reduce((total, verdict) => total + counts[verdict], 0);
}

function measuredStrata({ strata }: HuntSummary): StratumSummary[] {
  return strata.filter(({ eligible }) => eligible > 0);
}

function nothingLearned({ counts, runs }: HuntSummary, test: string): string {
  const all = runs === 1 ? 'its only run' : `all ${runs} runs`;
  const [skipped, was] = [`${test} skipped ${all}`, runs === 1 ? 'was' : 'were'];
  if (counts.invalid === 0) return `${skipped}: nothing was learned about it`;
  if (counts.skip === 0) return `${test} could not be judged: ${all} ${was} invalid`;
  return `${test} could not be judged: ${counts.skip} of ${runs} runs skipped, ${counts.invalid} were invalid`;
}
