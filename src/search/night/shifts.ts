import type { Seen } from '../../model/bisect.ts';
import { fisherExact } from '../../stats/fisher.ts';
import { type CellHistory, type FailureSeries, seenBetween } from './cell-history.ts';
import { seriesDrift } from './drift.ts';
import { effective } from './effective.ts';

/** The last nights of a series beside those before them, since the last change that was told. */
export interface Shift {
  series: FailureSeries;
  before: Seen;
  /** Of the last `nights` nights, tonight among them. */
  recent: Seen;
  nights: number;
  nightsBefore: number;
  rises: boolean;
  /** Fisher's exact test on effective counts, two-sided. */
  p: number;
  /** None of at least three runs failed before, all of at least three do now, or the other way round: told in any case. */
  complete: boolean;
}

/** Nights that are pooled to see what one night is too short for, if there are as many before to compare them with. */
const windows = [1, 2, 4, 8, 16, 32];
/** Runs a side from which on "never" and "always" are taken by their word. */
const leastComplete = 3;

/**
 * Every comparison of a cell's last nights with those before in which something could be seen: where nothing failed on
 * either side the chance is 1 whatever happens, so such a comparison needs no correction for its having been made (R. E.
 * Tarone, "A Modified Bonferroni Method for Discrete Data", 1990).
 */
export function shiftsOf(history: CellHistory, ofSuite: number): Shift[] {
  return [...history.series.values()].flatMap((series) => shiftsOfSeries(history, series, ofSuite));
}

function shiftsOfSeries(history: CellHistory, series: FailureSeries, ofSuite: number): Shift[] {
  const end = history.nights.length;
  const all = seenBetween(history, series, series.start, end);
  if (all.failures === 0 || all.failures === all.runs) return [];
  const drift = seriesDrift(history, series, ofSuite);
  const pooled = windows.filter((nights) => nights === 1 || nights <= end - nights - series.start);
  return [...new Set([...pooled, cleanNights(series, end)])]
    .filter((nights) => nights > 0 && end - nights > series.start)
    .map((nights) => {
      const from = end - nights;
      const nightsBefore = from - series.start;
      const [before, recent] = [
        seenBetween(history, series, series.start, from),
        seenBetween(history, series, from, end),
      ];
      const { p } = fisherExact(
        effective(before, recent, nightsBefore, drift),
        effective(recent, before, nights, drift),
      );
      const rises = recent.failures * before.runs > before.failures * recent.runs;
      return { series, before, recent, nights, nightsBefore, rises, p, complete: isComplete(before, recent) };
    });
}

/** Nights at the end without a failure. */
function cleanNights({ failuresUntil }: FailureSeries, end: number): number {
  let from = end;
  while (from > 0 && failuresUntil[from - 1] === failuresUntil[end]) from--;
  return end - from;
}

function isComplete(before: Seen, recent: Seen): boolean {
  const enough = Math.min(before.runs, recent.runs) >= leastComplete;
  const appears = before.failures === 0 && recent.failures === recent.runs;
  const vanishes = before.failures === before.runs && recent.failures === 0;
  return enough && (appears || vanishes);
}
