import { expect, it } from 'vitest';
import { gammaTails } from './gamma.ts';
import { gammaVariate } from './gamma-variate.ts';
import { seededUniform, type Uniform } from './random.ts';

const draws = 20_000;

/** Largest distance between the drawn distribution and the true one (Kolmogorov and Smirnov). */
function distance(draw: (uniform: Uniform) => number, distribution: (x: number) => number): number {
  const uniform = seededUniform('00000000c0ffee00');
  const sorted = Array.from({ length: draws }, () => draw(uniform)).sort((a, b) => a - b);
  return Math.max(...sorted.map((x, i) => Math.max(distribution(x) - i / draws, (i + 1) / draws - distribution(x))));
}

/** The distance that such a sample stays below with 99.9 %. */
const allowed = 1.95 / Math.sqrt(draws);

it('draws uniformly', () => {
  const identity = (x: number) => x;
  expect(distance((uniform) => uniform(), identity)).toBeLessThan(allowed);
});

it.each([0.5, 1, 1.5, 3.5, 42.5, 4000.5])('draws from Gamma(%d)', (shape) => {
  expect(
    distance(
      (uniform) => gammaVariate(shape, uniform),
      (x) => gammaTails(x, shape).lower,
    ),
  ).toBeLessThan(allowed);
});

it('draws the same from the same seed', () => {
  const three = (seed: string) => {
    const uniform = seededUniform(seed);
    return [0.5, 2, 70].map((shape) => gammaVariate(shape, uniform));
  };
  expect(three('0123456789abcdef')).toEqual(three('0123456789abcdef'));
  expect(three('0123456789abcdef')).not.toEqual(three('0123456789abcdee'));
});
