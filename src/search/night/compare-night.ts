import { falseDiscoveryRates } from '../../stats/false-discovery.ts';
import { type CellHistory, everyFailure, type FailureSeries, seenBetween } from './cell-history.ts';
import { cleanRunsFor } from './clean-runs.ts';
import { suiteDrift } from './drift.ts';
import { type Shift, shiftsOf } from './shifts.ts';

/** A cell of the night beside its past. */
export interface ComparedCell {
  history: CellHistory;
  /** What changed; null: nothing that can be told from a rate that wobbles. */
  change: (Shift & { kind: ChangeKind; adjusted: number }) | null;
  /** All failures of the last night beside those before; null: there is no past. */
  usual: (Shift & { adjusted: number }) | null;
  shifts: readonly Shift[];
}

type ChangeKind = 'new-failure' | 'new-flake' | 'worse' | 'better' | 'fixed';

/** Other failures that moved the same way at the same time with so small a chance are taken to have moved with it. */
const alongside = 0.05;

/**
 * Compares the last night of each history with the nights before. The chance of a cell is that of its least likely
 * comparison times their number; over the cells it is corrected as a rate of false discoveries. Where nothing changed at
 * all, that rate is the chance of a single false alarm in the night.
 * @param alpha rate of false discoveries that is let pass in a night
 */
export function compareNight(cells: readonly CellHistory[], all: Iterable<CellHistory>, alpha: number): ComparedCell[] {
  const drift = suiteDrift(all);
  const shifts = cells.map((history) => shiftsOf(history, drift));
  const open = shifts.filter((found) => found.length > 0);
  const rates = falseDiscoveryRates(open.map((found) => Math.min(1, found.length * leastOf(found).p)));
  const rateOf = new Map(open.map((found, index) => [found, rates[index] ?? 1]));
  return cells.map((history, index) => compareCell(history, shifts[index] ?? [], rateOf, alpha));
}

function compareCell(
  history: CellHistory,
  shifts: Shift[],
  rateOf: ReadonlyMap<Shift[], number>,
  alpha: number,
): ComparedCell {
  const least = shifts.length === 0 ? 1 : leastOf(shifts).p;
  const scale = (rateOf.get(shifts) ?? 1) / Math.max(least, Number.MIN_VALUE);
  const adjusted = shifts.map((shift) => ({ ...shift, adjusted: Math.min(1, shift.p * scale) }));
  const told = adjusted
    .filter((shift) => (shift.adjusted <= alpha || shift.complete) && isOfTonight(history, shift))
    .map((shift) => ({ ...shift, kind: kindOf(history, shift) }));
  const change =
    told.sort(
      (a, b) =>
        severity.indexOf(a.kind) - severity.indexOf(b.kind) ||
        clearness(a) - clearness(b) ||
        a.p - b.p ||
        a.nights - b.nights,
    )[0] ?? null;
  const usual = adjusted.find(({ series, nights }) => series.signature === null && nights === 1);
  return { history, change, usual: usual ?? nothingSeen(history), shifts };
}

/** What rises is told before what falls: a failure that made room for another is no good news. */
const severity: ChangeKind[] = ['new-failure', 'new-flake', 'worse', 'fixed', 'better'];

/** A clean break is told as such, whatever longer window, with nights from before the break, is less likely still. */
function clearness({ complete, rises, recent }: Shift): number {
  if (complete) return 0;
  return !rises && recent.failures === 0 ? 1 : 2;
}

function leastOf(shifts: readonly Shift[]): Shift {
  return shifts.reduce((least, shift) => (shift.p < least.p ? shift : least));
}

/** A failure that rises is told of in a night in which it is seen. */
function isOfTonight(history: CellHistory, { series, rises }: Shift): boolean {
  const end = history.nights.length;
  return !rises || seenBetween(history, series, end - 1, end).failures > 0;
}

function kindOf(history: CellHistory, { before, recent, nights, rises }: Shift): ChangeKind {
  if (rises) return failsAlways(history, nights) ? 'new-failure' : before.failures === 0 ? 'new-flake' : 'worse';
  const isClean = everythingIn(history, nights).failures === 0;
  return isClean && recent.runs >= cleanRunsFor(before) ? 'fixed' : 'better';
}

function failsAlways(history: CellHistory, nights: number): boolean {
  return [everythingIn(history, 1), everythingIn(history, nights)].every(({ failures, runs }) => failures === runs);
}

/** It is clean, for too few runs so far. */
function mayBeFixed({ before, recent }: Shift): boolean {
  return recent.failures === 0 && recent.runs < cleanRunsFor(before);
}

function everythingIn(history: CellHistory, nights: number) {
  const end = history.nights.length;
  return seenBetween(history, everySeries(history), end - nights, end);
}

function everySeries(history: CellHistory): FailureSeries {
  return history.series.get(everyFailure) ?? { signature: null, failuresUntil: [0], start: 0 };
}

function nothingSeen(history: CellHistory): ComparedCell['usual'] {
  const series = everySeries(history);
  const end = history.nights.length;
  const nightsBefore = end - 1 - series.start;
  if (nightsBefore < 1) return null;
  const before = seenBetween(history, series, series.start, end - 1);
  const recent = seenBetween(history, series, end - 1, end);
  return { series, before, recent, nights: 1, nightsBefore, rises: false, p: 1, complete: false, adjusted: 1 };
}

/**
 * After a change the past begins anew, with the first night of the change: what was accepted, or is not mended for weeks,
 * is not news a second time. A failure that is clean for too few nights to be called fixed keeps its past until it is.
 */
export function beginAnew({ history, change, shifts }: ComparedCell): void {
  if (change === null || (change.kind === 'better' && mayBeFixed(change))) return;
  const start = history.nights.length - change.nights;
  change.series.start = start;
  for (const { series, before, nights, rises, p } of shifts) {
    // What is new under a failure that only grew worse was not told.
    const isUntold = change.kind === 'worse' && before.failures === 0;
    if (nights === change.nights && rises === change.rises && p < alongside && !isUntold)
      series.start = Math.max(series.start, start);
  }
}
