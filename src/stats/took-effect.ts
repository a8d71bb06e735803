import type { Effect } from '../model/summary.ts';

/** What the question is decided by. */
export type EffectCounts = Pick<Effect, 'runs' | 'threads' | 'events' | 'concurrent' | 'held'>;

/** Fewer runs may be those in which a test happens not to start its threads. */
const leastRuns = 5;

/**
 * Whether the chaos of a condition did anything in the runs that `effect` sums up. False: no call was intercepted, or the
 * arm moves threads against each other and there never was a second one, or (held, as a rule of the arm, at every birth
 * of a thread) nothing was held. Null: too early to say, or there is nothing to tell it by (no chaos, `slack`).
 * @param condition canonical text
 */
export function tookEffect(condition: string, effect: EffectCounts | null): boolean | null {
  const arm = /(?:^|,)chaos:([a-z]+)/.exec(condition)?.[1];
  if (arm === undefined || arm === 'slack' || effect === null || effect.runs < leastRuns) return null;
  return evidence(arm, effect) > 0;
}

/** What cannot be nothing when the arm works. That of `victim` is drawn for a thread at a time: any call may have been it. */
function evidence(arm: string, { runs, threads, events, concurrent, held }: EffectCounts): number {
  switch (arm) {
    case 'pct':
    case 'delays':
      return concurrent;
    case 'spawn':
      return Math.min(threads - runs, held);
    case 'shuffle':
      return threads - runs;
    default:
      return events;
  }
}
