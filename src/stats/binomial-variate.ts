import { gammaVariate } from './gamma-variate.ts';
import type { Uniform } from './random.ts';

/** Runs below which each gap between two successes is drawn by itself. */
const few = 30;

/**
 * A number drawn from the binomial distribution of `runs` runs that succeed with chance `rate` each: by the gaps between
 * successes where they are few, else by splitting at a median drawn from its beta distribution (J. H. Ahrens, U. Dieter,
 * "Computer Methods for Sampling from Gamma, Beta, Poisson and Binomial Distributions", 1974).
 */
export function binomialVariate(runs: number, rate: number, uniform: Uniform): number {
  if (rate <= 0 || runs === 0) return 0;
  if (rate >= 1) return runs;
  if (rate > 0.5) return runs - binomialVariate(runs, 1 - rate, uniform);
  if (runs * rate < few) return byGaps(runs, rate, uniform);
  const a = Math.floor(runs / 2) + 1;
  const b = runs + 1 - a;
  const x = gammaVariate(a, uniform);
  const median = x / (x + gammaVariate(b, uniform));
  return median <= rate
    ? a + binomialVariate(b - 1, (rate - median) / (1 - median), uniform)
    : binomialVariate(a - 1, rate / median, uniform);
}

function byGaps(runs: number, rate: number, uniform: Uniform): number {
  const log = Math.log1p(-rate);
  let successes = 0;
  for (let at = Math.floor(Math.log(uniform()) / log); at < runs; at += 1 + Math.floor(Math.log(uniform()) / log))
    successes++;
  return successes;
}
