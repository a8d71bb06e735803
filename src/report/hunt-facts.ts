import { join, relative } from 'node:path';
import type { BootSummary, HuntState, HuntSummary } from '../model/summary.ts';
import type { Verdict } from '../model/verdict.ts';
import { rateInterval } from '../stats/interval.ts';
import { safe } from './display-text.ts';
import { hasArms } from './fold-arms.ts';
import { accelMark } from './guest-facts.ts';
import { labelledFacts, labelWidth, prose, withLabel } from './labelled.ts';
import { durationText, plural, rateText, speedText } from './quantities.ts';
import type { KeptHunt } from './result.ts';
import { verdictPaint } from './signature-table.ts';
import { stratumLabels } from './stratum-labels.ts';
import type { Appearance, Style } from './style.ts';

const mostReasons = 5;

/** Runs, verdicts, speed, durations, why runs taught nothing, and how the hunt ended where that was not planned. */
export function huntFacts(summary: HuntSummary, kept: KeptHunt, { columns }: Appearance, style: Style): string[] {
  const { counts, runs, elapsedMs, wall, strata, reasons } = summary;
  const tables = hasArms(summary) || strata.length === 1;
  const speed = elapsedMs > 0 && strata.length === 1 ? ` (${speedText((1000 * runs) / elapsedMs)})` : '';
  const total = `${runs} in ${durationText(1000 * elapsedMs)}${speed}`;
  const verdicts = (Object.keys(counts) as Verdict[])
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => verdictPaint(verdict, style)(`${counts[verdict]} ${verdict}`));
  const durations = wall === null ? [] : wallFacts(wall);
  if (hasArms(summary) && wall !== null) durations.push(`under ${summary.header.conditions[0]}`);
  const why = reasons.slice(0, mostReasons).map(({ verdict, reason, count }) => `${count} ${verdict}: ${reason}`);
  if (reasons.length > mostReasons) why.push(`and ${reasons.length - mostReasons} more reasons`);
  return [
    ...labelledFacts('runs', [total, ...verdicts], columns),
    ...labelledFacts('speed', tables ? [] : strataSpeeds(summary), columns),
    ...labelledFacts('rates', tables ? [] : cleanRates(summary), columns),
    ...labelledFacts('duration', durations, columns),
    ...labelledFacts('boots', summary.boots === null ? [] : bootFacts(summary.boots, kept, style), columns),
    ...withLabel(
      'why',
      why.flatMap((text) => prose(safe(text, style.unicode), columns - labelWidth, 0)),
    ),
    ...withLabel(
      'ended',
      endFacts(summary, kept.state, style).flatMap((text) => prose(text, columns - labelWidth, 0)),
    ),
  ];
}

function wallFacts({ minUs, medianUs, p99Us, maxUs }: NonNullable<HuntSummary['wall']>): string[] {
  if (minUs === maxUs) return [durationText(maxUs)];
  return [`median ${durationText(medianUs)}`, `p99 ${durationText(p99Us)}`, `max ${durationText(maxUs)}`];
}

/** Consoles are named from where the hunt is kept. */
function bootFacts(
  { count, medianMs, slowestMs, consoles }: BootSummary,
  { dir, artifactDir }: KeptHunt,
  style: Style,
): string[] {
  const times =
    count === 1
      ? [durationText(1000 * slowestMs)]
      : [`median ${durationText(1000 * medianMs)}`, `slowest ${durationText(1000 * slowestMs)}`];
  const [first = '', ...others] = consoles.map((name) => safe(relative(dir, join(artifactDir, name)), style.unicode));
  const last = others.at(-1);
  const kept = last === undefined ? `console in ${first}` : `consoles in ${first} to ${last}`;
  return [plural(count, 'guest boot'), ...times, kept];
}

function strataSpeeds({ strata }: HuntSummary): string[] {
  const labels = stratumLabels(strata.map(({ stratum }) => stratum));
  return strata.map(({ runsPerSecond }, i) => `${labels[i]} ${speedText(runsPerSecond)}`);
}

/** What no failure means in each stratum; where there are failures, their sections tell the rates. */
function cleanRates({ header, strata, signatures }: HuntSummary): string[] {
  const measured = signatures.length === 0 ? strata.filter(({ eligible }) => eligible > 0) : [];
  const labels = stratumLabels(measured.map(({ stratum }) => stratum));
  return measured.map(({ eligible }, i) => `${labels[i]} ${rateText(rateInterval(0, eligible))}${accelMark(header)}`);
}

/** Only an end that was not planned needs words. */
function endFacts({ ended }: HuntSummary, state: HuntState, style: Style): string[] {
  if (ended === null) {
    return [state === 'running' ? 'not yet: this is what it has saved so far' : 'killed: this is what it had saved'];
  }
  const cut = ended.abandoned === 0 ? '' : `; ${plural(ended.abandoned, 'run')} in progress cut off and not counted`;
  if (ended.reason === 'interrupted') return [`interrupted, everything so far is saved${cut}`];
  if (ended.reason === 'error') return [style.bad(`broken off by an error, everything before it is saved${cut}`)];
  if (ended.reason === 'skipped') return ['early, because every run skipped'];
  if (ended.reason === 'invalid') return ['early, because every run was invalid'];
  // A planned end waits for runs in progress, three times as long as the longest one took: these may never have ended.
  if (ended.abandoned > 0) {
    const them = plural(ended.abandoned, 'run');
    return [
      `as planned, but ${them} cut off that would not end, and not counted; a hang? --limit below the hunt's time tells`,
    ];
  }
  return [];
}
