import { createHash } from 'node:crypto';

/**
 * Numbers drawn uniformly from (0, 1): xoshiro128** (D. Blackman, S. Vigna, "Scrambled linear pseudorandom number
 * generators", 2021), its state the hash of `key`. Equal keys draw equal numbers, whatever else is simulated.
 */
export function keyedUniform(key) {
  const state = createHash('sha256').update(key).digest();
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => state.readUInt32LE(at));
  const word = () => {
    const x = Math.imul(b, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  return () => ((word() >>> 6) * 2 ** 27 + (word() >>> 5) + 0.5) / 2 ** 53;
}

/** Standard normal numbers from uniform ones (G. E. P. Box, M. E. Muller, 1958). */
export function normal(uniform) {
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Number of the first failing run at `rate`; infinite at rate 0. */
export function firstFailure(rate, uniform) {
  if (rate <= 0) return Number.POSITIVE_INFINITY;
  if (rate >= 1) return 1;
  return 1 + Math.floor(Math.log(uniform()) / Math.log1p(-rate));
}
