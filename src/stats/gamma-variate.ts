import type { Uniform } from './random.ts';

/**
 * A number drawn from the Gamma(shape, 1) distribution: G. Marsaglia, W. W. Tsang, "A Simple Method for Generating Gamma
 * Variables", 2000; for a shape below 1 with their boost from shape + 1.
 */
export function gammaVariate(shape: number, uniform: Uniform): number {
  if (shape < 1) return gammaVariate(shape + 1, uniform) * uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normalVariate(uniform);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(uniform()) < x ** 2 / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** Box and Muller, 1958; the second of the pair is not kept, so that a draw depends on nothing before it. */
export function normalVariate(uniform: Uniform): number {
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
