import type { HuntState, HuntSummary } from '../model/summary.ts';
import { rateInterval } from '../stats/interval.ts';
import { eligibleRuns } from './fold-strata.ts';
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
  return { text: `${test} reports success but prints failure: ${share(summary, counts.masked)}`, paint: style.odd };
}

function failing(summary: HuntSummary, test: string): string {
  const { fail, hang, masked } = summary.counts;
  const maskedFail = summary.header.masked === 'fail' ? masked : 0;
  const verb = hang === 0 ? 'fails' : fail + maskedFail === 0 ? 'hangs' : 'fails or hangs';
  return `${test} ${verb}: ${share(summary, fail + hang + maskedFail)}${maskedToo(summary)}`;
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
  const eligible = eligibleRuns(summary.counts);
  const bound = measuredStrata(summary) > 1 ? '' : `: rate ${rateText(rateInterval(0, eligible))}`;
  return `${test} did not fail in ${plural(eligible, 'run')}${bound}`;
}

/** Rates of several strata are never mixed; then only the counts are given. */
function share(summary: HuntSummary, failures: number): string {
  const eligible = eligibleRuns(summary.counts);
  if (failures === eligible && failures >= 5) return `always (${failures} of ${eligible} runs)`;
  const of = `${failures} of ${plural(eligible, 'run')}`;
  return measuredStrata(summary) > 1 ? of : `${of}, ${rateText(rateInterval(failures, eligible))}`;
}

function measuredStrata({ strata }: HuntSummary): number {
  return strata.filter(({ eligible }) => eligible > 0).length;
}

function nothingLearned({ counts, runs }: HuntSummary, test: string): string {
  const all = runs === 1 ? 'its only run' : `all ${runs} runs`;
  const [skipped, was] = [`${test} skipped ${all}`, runs === 1 ? 'was' : 'were'];
  if (counts.invalid === 0) return `${skipped}: nothing was learned about it`;
  if (counts.skip === 0) return `${test} could not be judged: ${all} ${was} invalid`;
  return `${test} could not be judged: ${counts.skip} of ${runs} runs skipped, ${counts.invalid} were invalid`;
}
