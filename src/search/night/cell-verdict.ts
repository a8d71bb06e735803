import type { Seen } from '../../model/bisect.ts';
import type { NightVerdict } from '../../model/night.ts';
import { rateInterval } from '../../stats/interval.ts';
import { type CellHistory, everyFailure, type FailureSeries, seenBetween } from './cell-history.ts';
import { cleanRunsFor } from './clean-runs.ts';
import type { ComparedCell } from './compare-night.ts';
import type { Shift } from './shifts.ts';

/** Runs from which on a test that always failed is called so. */
const leastAlways = 5;
/** Clean runs that heal where no failure is on record: they leave less than 1 % to it. */
const cleanWithoutRecord = 300;

/** What is said of one test under one condition, in a night in which it could fail. */
export function cellVerdict({ history, change }: ComparedCell): NightVerdict {
  if (change !== null) return change.kind;
  if (history.nights.length < 2) return 'baseline';
  return alwaysFails(history) ? 'always-failing' : 'unchanged';
}

/** Tonight and the night before each run failed, and enough of them did in the nights since one passed. */
function alwaysFails(history: CellHistory): boolean {
  const { failures, runs, nights } = streak(history, (seen) => seen.failures === seen.runs);
  return nights > 1 && failures === runs && runs >= leastAlways;
}

/** The last nights all of which are as asked. */
function streak(history: CellHistory, isSo: (seen: Seen) => boolean): Seen & { nights: number } {
  const series = every(history);
  const end = history.nights.length;
  let from = end;
  while (from > 0 && isSo(seenBetween(history, series, from - 1, from))) from--;
  return { ...seenBetween(history, series, from, end), nights: end - from };
}

/** Whether the runs since the last failure are as many as `flakehunt confirm` asks for, by all that was seen of it before. */
export function isHealed(history: CellHistory): boolean {
  const clean = streak(history, (seen) => seen.failures === 0);
  const before = seenBetween(history, every(history), 0, history.nights.length - clean.nights);
  return clean.runs >= (before.failures === 0 ? cleanWithoutRecord : cleanRunsFor(before));
}

function every(history: CellHistory): FailureSeries {
  return history.series.get(everyFailure) ?? { signature: null, failuresUntil: [0], start: 0 };
}

/** Whether it ever failed, and has not healed since. */
export function isSick(history: CellHistory): boolean {
  const end = history.nights.length;
  return seenBetween(history, every(history), 0, end).failures > 0 && !isHealed(history);
}

/** Chance of so many clean runs from which on they speak for a revision without the failure. */
const unlikelyClean = 0.05;

/** What was built in the nights between which something changed; null: not known. */
export interface ChangeCommits {
  /** Of the last night that is taken to be as it was before. */
  after: string | null;
  /** Of the first one that shows the change. */
  by: string | null;
}

/** Where the change of a cell lies; null: there is none, or it is one that nights cannot be told apart by. */
export function changeCommits({ history, change }: ComparedCell): ChangeCommits | null {
  if (change === null) return null;
  const { nights } = history;
  const end = nights.length - 1;
  const commitOf = (night: number) => nights[night]?.commit ?? null;
  if (change.kind === 'fixed') return { after: commitOf(lastSeen(history, change.series)), by: commitOf(end) };
  if (!change.rises) return null;
  const begin = nights.length - change.nights;
  const isNew = change.before.failures === 0;
  return {
    after: commitOf(isNew ? lastWithout(history, change, begin) : begin - 1),
    by: commitOf(isNew ? firstSeen(history, change.series, begin) : end),
  };
}

/**
 * Of a failure that was never seen before, the nights right before may have been too short to show it: they are passed over
 * until so many clean runs are unlikely at its rate.
 */
function lastWithout(history: CellHistory, { recent, series, nightsBefore }: Shift, begin: number): number {
  const needed = Math.log(unlikelyClean) / Math.log1p(-rateInterval(recent.failures, recent.runs).low);
  let at = begin - 1;
  const isClean = (night: number) => seenBetween(history, series, night, night + 1).failures === 0;
  // As far as the past goes that the change was told by: before it the failure may have been there.
  const first = begin - nightsBefore;
  while (at > first && isClean(at - 1) && seenBetween(history, series, at, begin).runs < needed) at--;
  return at;
}

function firstSeen(history: CellHistory, series: FailureSeries, from: number): number {
  let at = from;
  while (at < history.nights.length && seenBetween(history, series, at, at + 1).failures === 0) at++;
  return at;
}

function lastSeen(history: CellHistory, series: FailureSeries): number {
  let at = history.nights.length - 1;
  while (at >= 0 && seenBetween(history, series, at, at + 1).failures === 0) at--;
  return at;
}
