import { stirlingError } from './saddle-point.ts';

/**
 * Natural logarithm of the beta function B(a, b), a > 0 and b > 0 (fractions too), to about 1e-14 of the largest term: put
 * together from ratios and Stirling errors, since log-gammas subtracted would lose eight digits at b = 1e7.
 */
export function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a];
  const sum = small + large;
  const powers = small * Math.log(small / sum) + large * Math.log1p(-small / sum);
  const corrections = stirlingError(small) + stirlingError(large) - stirlingError(sum);
  return powers + corrections + Math.log((2 * Math.PI * sum) / (small * large)) / 2;
}
