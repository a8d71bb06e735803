import type { ConfirmSummary, Seen } from '../model/bisect.ts';
import { betaQuantile } from './beta.ts';

type Ratio = ConfirmSummary['ratio'];

/**
 * How many times the rate of `before` that of `after` is, with a 95 % interval; without failures before there is no upper
 * bound, without any nothing is known.
 *
 * The interval of a ratio is put together from those of its two parts (A. Donner, G. Y. Zou, "Closed-form confidence
 * intervals for functions of the normal mean and standard deviation", 2012), here those of Beta(1/2, 1/2) posteriors.
 * Koopman's score interval, 1984, was measured beside it: it covers as much on average, but at few runs it falls to 74 %
 * where this one keeps 92 %. That of rateRatioInterval is for Poisson counts, too wide where runs mostly fail.
 */
export function proportionRatio(after: Seen, before: Seen): Ratio {
  if (after.runs === 0 || before.runs === 0) return { observed: null, low: 0, high: null };
  const [a, b] = [limits(after), limits(before)];
  const observed = before.failures === 0 ? null : a.observed / b.observed;
  if (after.failures + before.failures === 0) return { observed, low: 0, high: null };
  const product = a.observed * b.observed;
  const [aLow, aHigh] = [spread(a.low, a), spread(a.high, a)];
  const [bLow, bHigh] = [spread(b.low, b), spread(b.high, b)];
  return {
    observed,
    low: aLow === 0 ? 0 : aLow / (product + Math.sqrt(product ** 2 - aLow * bHigh)),
    high: before.failures === 0 ? null : (product + Math.sqrt(product ** 2 - aHigh * bLow)) / bLow,
  };
}

interface Limits {
  observed: number;
  low: number;
  high: number;
}

/** Both ends two-sided, at no failures too, unlike those of rateInterval: their combination covers too little otherwise. */
function limits({ failures, runs }: Seen): Limits {
  const a = failures + 0.5;
  const b = runs - failures + 0.5;
  return {
    observed: failures / runs,
    low: failures === 0 ? 0 : betaQuantile(0.025, a, b, 'lower'),
    high: failures === runs ? 1 : betaQuantile(0.025, a, b, 'upper'),
  };
}

/** The square of what was observed, less that of the distance of `limit`. */
function spread(limit: number, { observed }: Limits): number {
  return limit * (2 * observed - limit);
}
