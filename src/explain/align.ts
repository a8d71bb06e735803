import type { TracedRun } from '../model/explain.ts';

/** The events of many runs, by their keys. */
export interface Alignment {
  /** In nearly all failing and nearly all passing runs: only their order can be a cause. */
  anchors: string[];
  /**
   * In most failing runs and in few passing ones: what a failing run does that a passing one does not. Consequences,
   * though one of them may be the act that goes wrong.
   */
  divergent: string[];
}

/** An event that is missing in a run of twenty (a signal, a cut trace) still aligns. */
const nearlyAll = 0.95;
const most = 0.8;
const few = 0.5;

export function align(runs: readonly TracedRun[]): Alignment {
  const failing = presence(runs.filter(({ failed }) => failed));
  const passing = presence(runs.filter(({ failed }) => !failed));
  const keys = [...failing.keys()];
  const anchors = keys.filter((key) => (failing.get(key) ?? 0) >= nearlyAll && (passing.get(key) ?? 0) >= nearlyAll);
  const divergent = keys.filter((key) => (failing.get(key) ?? 0) >= most && (passing.get(key) ?? 0) <= few);
  return { anchors, divergent };
}

/** Part of the runs that have an event. */
function presence(runs: readonly TracedRun[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { events } of runs) for (const { key } of events) counts.set(key, (counts.get(key) ?? 0) + 1);
  return new Map([...counts].map(([key, count]) => [key, count / runs.length]));
}

/**
 * The events of a thread that most of these runs have, in the order in which it makes them.
 */
export function threadPath(runs: readonly TracedRun[], thread: string): string[] {
  const places = new Map<string, { sum: number; count: number }>();
  for (const { events } of runs) {
    const own = events.filter((event) => event.thread === thread);
    for (const [place, { key }] of own.entries()) {
      const { sum, count } = places.get(key) ?? { sum: 0, count: 0 };
      places.set(key, { sum: sum + place, count: count + 1 });
    }
  }
  const path = [...places].filter(([, { count }]) => count >= most * runs.length);
  return path.sort(([, a], [, b]) => a.sum / a.count - b.sum / b.count).map(([key]) => key);
}
