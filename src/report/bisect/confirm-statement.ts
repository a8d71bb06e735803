import type { ConfirmSummary } from '../../model/bisect.ts';
import type { Rate } from '../../model/summary.ts';
import { gainText, plural } from '../quantities.ts';
import type { Style } from '../style.ts';
import { wholeRate } from './figures.ts';

/** The verdict in a sentence, and its colour. */
export function confirmStatement(summary: ConfirmSummary, style: Style): { text: string; paint: Style['bad'] } {
  const prefix = summary.interrupted ? 'interrupted; so far ' : '';
  return { text: `${prefix}${verdictText(summary)}`, paint: paintOf(summary, style) };
}

function verdictText(summary: ConfirmSummary): string {
  const { verdict, before, after, plan } = summary;
  const counts = `${countText(after.rate)} after, ${before.rate.failures} of ${before.rate.runs} before`;
  switch (verdict) {
    case 'gone':
      return `gone: ${counts}`;
    case 'reduced':
      return `reduced${timesText(summary)}: ${counts}`;
    case 'worse':
      return `worse${timesText(summary)}: ${counts}`;
    case 'unchanged':
      return `unchanged, as far as the runs tell: ${counts}`;
    case 'not-reproduced':
      return `not reproduced: ${countText(before.rate)} before showed it, rate ${wholeRate(before.rate)}; so nothing can be said about a fix`;
    case 'inconclusive':
      return `inconclusive: ${counts}${neededText(after.rate, plan)}`;
  }
}

/** @example `, 0.12x [0.05, 0.31]` */
function timesText({ ratio }: ConfirmSummary): string {
  const text = gainText(ratio);
  return text === 'not measured' ? '' : `, to ${text} of the rate before`;
}

function neededText({ failures, runs }: Rate, { cleanRuns }: ConfirmSummary['plan']): string {
  if (cleanRuns === null || failures > 0 || runs >= cleanRuns) return '';
  return `; "gone" needs ${plural(cleanRuns, 'clean run')}`;
}

function countText({ failures, runs }: Rate): string {
  return `${failures} of ${plural(runs, 'run')}`;
}

function paintOf({ verdict, interrupted }: ConfirmSummary, style: Style): Style['bad'] {
  if (interrupted || verdict === 'inconclusive' || verdict === 'not-reproduced') return style.odd;
  return verdict === 'gone' || verdict === 'reduced' ? style.good : style.bad;
}
