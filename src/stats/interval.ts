import type { Rate } from '../model/summary.ts';
import { betaQuantile } from './beta.ts';

/**
 * Rate of `failures` in `runs` with a 95 % interval: the equal-tailed one of the Beta(1/2, 1/2) posterior (Jeffreys' prior;
 * L. D. Brown, T. T. Cai, A. DasGupta, "Interval Estimation for a Binomial Proportion", 2001).
 *
 * With 0 failures `low` is 0 and `high` the one-sided 95 % upper bound 1 - 0.05^(1/runs), the rate at which so many clean
 * runs have a chance of 5 % (about 3/runs: the rule of three); all failing is the mirror image. Without runs: [0, 1].
 */
export function rateInterval(failures: number, runs: number): Rate {
  if (runs === 0) return { failures, runs, observed: 0, low: 0, high: 1 };
  if (failures === 0) return { failures, runs, observed: 0, low: 0, high: -Math.expm1(Math.log(0.05) / runs) };
  if (failures === runs) return { failures, runs, observed: 1, low: 0.05 ** (1 / runs), high: 1 };
  const a = failures + 0.5;
  const b = runs - failures + 0.5;
  return {
    failures,
    runs,
    observed: failures / runs,
    low: betaQuantile(0.025, a, b, 'lower'),
    high: betaQuantile(0.025, a, b, 'upper'),
  };
}
