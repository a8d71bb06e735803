import type { FailureSpeed, Gain } from '../model/summary.ts';
import { betaQuantile } from './beta.ts';
import { gammaQuantile } from './gamma.ts';

/** What was counted in how long a time. */
export type Counted = Pick<FailureSpeed, 'failures' | 'seconds'>;

/**
 * Failures per second with a 95 % interval, taken as a Poisson process: the equal-tailed one of the Gamma(1/2, 0)
 * posterior (Jeffreys' prior). With 0 failures `low` is 0 and `high` the one-sided 95 % upper bound log(20) / seconds;
 * without time it is unbounded.
 *
 * Failures of a test that mostly fails scatter less than a Poisson process does: then the interval is wider than need be.
 */
export function poissonRateInterval(failures: number, seconds: number): FailureSpeed {
  if (seconds === 0) return { failures, seconds, observed: 0, low: 0, high: null };
  if (failures === 0) return { failures, seconds, observed: 0, low: 0, high: Math.log(20) / seconds };
  return {
    failures,
    seconds,
    observed: failures / seconds,
    low: gammaQuantile(0.025, failures + 0.5, 'lower') / seconds,
    high: gammaQuantile(0.025, failures + 0.5, 'upper') / seconds,
  };
}

/**
 * How many times as fast as in `base` failures come in `arm`, with an interval. Given the failures of both together, those
 * of the arm are binomial with the odds ratio * arm.seconds / base.seconds (J. Przyborowski, H. Wilenski, "Homogeneity of
 * Results in Testing Samples from Poisson Series", 1940); its probability has the interval that rateInterval gives.
 * Without failures on one side the bound on the other is one-sided; without any, nothing is known.
 * @param comparisons how many such intervals are read together, the best of them being looked for: all hold at once with
 * 95 % (Z. Sidak, "Rectangular Confidence Regions", 1967)
 */
export function rateRatioInterval(arm: Counted, base: Counted, comparisons = 1): Gain {
  const { failures: f, seconds: t } = arm;
  const { failures: g, seconds: u } = base;
  const missed = -Math.expm1(Math.log1p(-0.05) / Math.max(1, comparisons));
  const observed = g > 0 && t > 0 ? (f / t) * (u / g) : null;
  if (f + g === 0 || t === 0 || u === 0) return { observed, low: 0, high: null };
  const scale = u / t;
  if (f === 0) return { observed, low: 0, high: scale * (missed ** (-1 / g) - 1) };
  if (g === 0) return { observed, low: scale / (missed ** (-1 / f) - 1), high: null };
  return {
    observed,
    low: scale * odds(missed / 2, f + 0.5, g + 0.5),
    high: scale / odds(missed / 2, g + 0.5, f + 0.5),
  };
}

/** Lower quantile of x / (1 - x) for x from Beta(a, b); both ends of x are asked for, so that no digit is lost. */
function odds(p: number, a: number, b: number): number {
  return betaQuantile(p, a, b, 'lower') / betaQuantile(p, b, a, 'upper');
}
