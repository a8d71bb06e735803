import type { Seen } from '../../model/bisect.ts';
import { logBeta } from '../../stats/log-beta.ts';

/** What a change does to the rate: nothing is left of it, or hardly anything; or a smaller one. */
export type ChangeKind = 'gone' | 'reduced';

/**
 * high: as at the failing end. low: reduced, but not gone. clean: the side that should not fail. spotless: the same, where
 * the rate was reduced before it went.
 */
export type Level = 'high' | 'low' | 'clean' | 'spotless';

/** What is believed of the three rates before anything is seen beside the failing end's own; see levelsFor. */
export interface Levels {
  /** Log of the chance of what was seen of all builds of one level, its rate integrated out. */
  logMarginal(level: Level, seen: Seen): number;
  /** Chances of so many more clean runs each, given what was seen of the level. */
  clean(level: Level, seen: Seen, runs: readonly number[]): number[];
}

/** Mean of the background and of the reduced rate, relative to the failing end's. */
const background = { shape: 0.5, mean: 0.1 };
/**
 * Chance that there is no background. Hardly anything else is believed beside a reduction: a rate that was reduced and then
 * replaced by a background could hardly be told from one that went and left that background.
 */
const neverFails = { clean: 0.75, spotless: 0.98 };
/** Shape 2: with a half there, a reduction to next to nothing could hardly ever be told from a rate that is gone. */
const reduced = { shape: 2, mean: 0.25 };

/**
 * high: density 1/p, which has no scale and is proper from the first failure on: B(x, 1 + n - x). clean: never fails, or
 * now and then at a background rate; the first is refuted by one failure, without which it would have been assumed. low:
 * anything below, Beta with a mean of a quarter; it is also what clean means where the change is a reduction. Rates are
 * integrated out, none is ever estimated and then believed.
 * @param failingEnd what was seen there: at least one failure
 */
export function levelsFor(failingEnd: Seen, change: ChangeKind): Levels {
  const rate = Math.max(failingEnd.failures, 0.5) / Math.max(failingEnd.runs, 1);
  const betas = { clean: priorWith(background, rate), low: priorWith(reduced, rate) };
  const worked = (level: Level, x: number, n: number): number => {
    if (level === 'high') return logBeta(Math.max(x, 0.5), 1 + n - x);
    if (n === 0) return 0;
    const isReduced = level === 'low' || change === 'reduced';
    const { a, b, log } = betas[isReduced ? 'low' : 'clean'];
    const ratio = logBeta(a + x, b + n - x) - log;
    if (isReduced) return ratio;
    const sometimes = Math.log(1 - neverFails[level]) + ratio;
    return x > 0 ? sometimes : Math.log(neverFails[level] + Math.exp(sometimes));
  };
  const numbers = () => new Map<number, number>();
  const known = { high: numbers(), low: numbers(), clean: numbers(), spotless: numbers() };
  const logMarginal = (level: Level, { failures: x, runs: n }: Seen): number => {
    const key = x * mostRuns + n;
    const before = known[level].get(key);
    if (before !== undefined) return before;
    const log = worked(level, x, n);
    known[level].set(key, log);
    return log;
  };
  return {
    logMarginal,
    clean(level, { failures, runs }, more) {
      const base = logMarginal(level, { failures, runs });
      return more.map((count) => Math.exp(logMarginal(level, { failures, runs: runs + count }) - base));
    },
  };
}

/** Above any number of runs: pools repeat over cells and reductions, and are looked up by one number. */
const mostRuns = 2 ** 32;

function priorWith({ shape, mean }: { shape: number; mean: number }, rate: number) {
  const a = shape;
  const b = a * (1 / (mean * Math.min(rate, 0.9)) - 1);
  return { a, b, log: logBeta(a, b) };
}
