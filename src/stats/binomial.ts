import { deviance, stirlingError } from './saddle-point.ts';

/**
 * Logarithm of the probability of `k` successes in `n` runs, each with probability `x`; `y` must be 1 - x, given apart so
 * that an `x` near 1 loses no digits. `k` and `n` may be fractions (the beta density is built from this), 0 <= k <= n.
 *
 * Loader's saddle-point form (C. Loader, "Fast and Accurate Computation of Binomial Probabilities", 2000): subtracting
 * log-gammas instead would lose eight digits at n = 1e7.
 */
export function logBinomialMass(k: number, n: number, x: number, y: number): number {
  if (k === 0) return n * logOf(y, x);
  if (k === n) return n * logOf(x, y);
  const corrections = stirlingError(n) - stirlingError(k) - stirlingError(n - k);
  const deviances = deviance(k, n * x) + deviance(n - k, n * y);
  return corrections - deviances - Math.log((2 * Math.PI * k * (n - k)) / n) / 2;
}

function logOf(p: number, complement: number): number {
  return p < 0.5 ? Math.log(p) : Math.log1p(-complement);
}
