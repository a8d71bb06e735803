import { describe, expect, it } from 'vitest';
import { binomialVariate } from './binomial-variate.ts';
import { seededUniform } from './random.ts';

describe('a binomial number', () => {
  it.each([
    [10, 0.2],
    [10_000, 0.001],
    [1000, 0.3],
    [500, 0.9],
  ])('has the mean and the variance of %d runs at %d', (runs, rate) => {
    const uniform = seededUniform('00000000000f1a4e');
    const drawn = Array.from({ length: 4000 }, () => binomialVariate(runs, rate, uniform));
    const mean = drawn.reduce((sum, n) => sum + n, 0) / drawn.length;
    const variance = drawn.reduce((sum, n) => sum + (n - mean) ** 2, 0) / drawn.length;
    const expected = runs * rate * (1 - rate);
    expect(Math.abs(mean - runs * rate)).toBeLessThan(4 * Math.sqrt(expected / drawn.length));
    expect(variance / expected).toBeGreaterThan(0.9);
    expect(variance / expected).toBeLessThan(1.1);
  });

  it('is sure where the rate is', () => {
    const uniform = seededUniform('0000000000000001');
    expect([binomialVariate(7, 0, uniform), binomialVariate(7, 1, uniform), binomialVariate(0, 0.5, uniform)]).toEqual([
      0, 7, 0,
    ]);
  });
});
