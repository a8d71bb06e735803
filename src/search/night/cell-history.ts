import type { Seen } from '../../model/bisect.ts';
import type { NightCell } from '../../model/night.ts';
import type { Signature } from '../../model/verdict.ts';

/** A cell of an earlier night, of the same suite and machine class. */
export interface PastCell {
  night: string;
  /** ISO 8601. */
  started: string;
  commit: string | null;
  cell: NightCell;
}

/** A night, as far as its order and what was built are concerned. */
export type NightPlace = Omit<PastCell, 'cell'>;

/** All failures together, beside the ids of signatures. */
export const everyFailure = '';

/** The nights of one test under one condition in which something could fail, the oldest first. */
export interface CellHistory {
  nights: NightPlace[];
  /** Runs that could have failed, of the first n nights. */
  runsUntil: number[];
  series: Map<string, FailureSeries>;
}

/** What is compared: one signature, or every failure. */
export interface FailureSeries {
  /** Null: every failure. */
  signature: Signature | null;
  /** Failures of the first n nights. */
  failuresUntil: number[];
  /** Index of the first night since the last change that was told. */
  start: number;
}

export function emptyHistory(): CellHistory {
  const every: FailureSeries = { signature: null, failuresUntil: [0], start: 0 };
  return { nights: [], runsUntil: [0], series: new Map([[everyFailure, every]]) };
}

/** Runs that could have failed, and failures among them: skipped and invalid ones are neither. */
export function seenIn({ counts }: NightCell): Seen {
  const failures = counts.fail + counts.masked + counts.hang;
  return { failures, runs: counts.pass + failures };
}

/** Appends a night; one without a run that could have failed says nothing and is left out. */
export function appendNight(history: CellHistory, place: NightPlace, cell: NightCell): boolean {
  const { failures, runs } = seenIn(cell);
  if (runs === 0) return false;
  const before = history.nights.length;
  const found = new Map([[everyFailure, failures]]);
  for (const { signature, count } of cell.signatures) {
    found.set(signature.id, count);
    if (history.series.has(signature.id)) continue;
    const failuresUntil = new Array<number>(before + 1).fill(0);
    history.series.set(signature.id, { signature, failuresUntil, start: 0 });
  }
  history.nights.push(place);
  history.runsUntil.push((history.runsUntil[before] ?? 0) + runs);
  for (const [id, { failuresUntil }] of history.series) {
    failuresUntil.push((failuresUntil[before] ?? 0) + (found.get(id) ?? 0));
  }
  return true;
}

/** What was seen in the nights from index `from` up to but without `to`. */
export function seenBetween(history: CellHistory, series: FailureSeries, from: number, to: number): Seen {
  return {
    failures: (series.failuresUntil[to] ?? 0) - (series.failuresUntil[from] ?? 0),
    runs: (history.runsUntil[to] ?? 0) - (history.runsUntil[from] ?? 0),
  };
}
