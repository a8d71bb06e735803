const mask = (1n << 64n) - 1n;

/**
 * Seed of run `n` of a hunt: SplitMix64's output function of the hunt's seed and the run's number, as PROTOCOL.md
 * specifies it for the supervisor (constants: S. Vigna, splitmix64.c).
 * @param seed 16 hex digits
 * @returns 16 lower-case hex digits
 */
export function mixSeed(seed: string, n: number): string {
  let z = (BigInt(`0x${seed}`) + (BigInt(n) + 1n) * 0x9e3779b97f4a7c15n) & mask;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
  return (z ^ (z >> 31n)).toString(16).padStart(16, '0');
}

/** Numbers drawn uniformly from (0, 1). */
export type Uniform = () => number;

/** SplitMix64 from `seed` (16 hex digits); the same seed draws the same numbers, neither 0 nor 1 among them. */
export function seededUniform(seed: string): Uniform {
  let n = 0;
  return () => (Number(BigInt(`0x${mixSeed(seed, n++)}`) >> 12n) + 0.5) / 2 ** 52;
}
