import { deviance, stirlingError } from './saddle-point.ts';

/**
 * Logarithm of the probability of `k` events where `mean` are expected, in Loader's saddle-point form; `k` may be a
 * fraction (the gamma density is built from this), k >= 0, mean > 0.
 */
export function logPoissonMass(k: number, mean: number): number {
  if (k === 0) return -mean;
  return -stirlingError(k) - deviance(k, mean) - Math.log(2 * Math.PI * k) / 2;
}
