import type { Seen } from '../../model/bisect.ts';
import { logBeta } from '../../stats/log-beta.ts';

/** What a change does to the rate: nothing is left of it, or hardly anything; or a smaller one. */
export type ChangeKind = 'gone' | 'reduced';

/** high: as at the failing end. low: reduced, but not gone. clean: the side that should not fail. */
export type Level = 'high' | 'low' | 'clean';

/** What is believed of the three rates before anything is seen beside the failing end's own; see levelsFor. */
export interface Levels {
  /** Log of the chance of what was seen of all builds of one level, its rate integrated out. */
  logMarginal(level: Level, seen: Seen): number;
  /** Chance of `runs` more clean runs, given what was seen of the level. */
  clean(level: Level, seen: Seen, runs: number): number;
}

/** Mean of the background and of the reduced rate, relative to the failing end's. */
const background = { neverFails: 0.75, shape: 0.5, mean: 0.1 };
const reduced = { shape: 0.5, mean: 0.2 };

/**
 * high: density 1/p, which has no scale and is proper from the first failure on: B(x, 1 + n - x). clean: never fails, or
 * now and then at a background rate; the first is refuted by one failure, without which it would have been assumed. low:
 * anything below, Beta with a mean of a fifth; it is also what clean means where the change is a reduction. Rates are
 * integrated out, none is ever estimated and then believed.
 * @param failingEnd what was seen there: at least one failure
 */
export function levelsFor(failingEnd: Seen, change: ChangeKind): Levels {
  const rate = Math.max(failingEnd.failures, 0.5) / Math.max(failingEnd.runs, 1);
  const betas = { clean: priorWith(background, rate), low: priorWith(reduced, rate) };
  const isReduced = (level: Level) => level === 'low' || change === 'reduced';
  const logMarginal = (level: Level, { failures: x, runs: n }: Seen): number => {
    if (level === 'high') return logBeta(Math.max(x, 0.5), 1 + n - x);
    if (n === 0) return 0;
    const { a, b, log } = betas[isReduced(level) ? 'low' : 'clean'];
    const ratio = logBeta(a + x, b + n - x) - log;
    if (isReduced(level)) return ratio;
    const sometimes = Math.log(1 - background.neverFails) + ratio;
    return x > 0 ? sometimes : Math.log(background.neverFails + Math.exp(sometimes));
  };
  return {
    logMarginal,
    clean: (level, seen, runs) =>
      Math.exp(logMarginal(level, { failures: seen.failures, runs: seen.runs + runs }) - logMarginal(level, seen)),
  };
}

function priorWith({ shape, mean }: { shape: number; mean: number }, rate: number) {
  const a = shape;
  const b = a * (1 / (mean * Math.min(rate, 0.9)) - 1);
  return { a, b, log: logBeta(a, b) };
}
