import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gammaQuantile, gammaTails } from './gamma.ts';
import { logPoissonMass } from './poisson.ts';

interface Fixture {
  quantile: [p: number, a: number, tail: 'lower' | 'upper', x: number][];
  tails: [x: number, a: number, lower: number, upper: number][];
  mass: [k: number, mean: number, mass: number][];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('gamma.fixture.json', import.meta.url), 'utf8'));

function relativeError(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.abs(expected);
}

describe('against 50-digit arithmetic', () => {
  it.each(fixture.quantile)('quantile %d of Gamma(%d), %s tail', (p, a, tail, x) => {
    expect(relativeError(gammaQuantile(p, a, tail), x)).toBeLessThan(1e-11);
  });

  it.each(fixture.tails)('tails at %d of Gamma(%d)', (x, a, lower, upper) => {
    const tails = gammaTails(x, a);
    expect(relativeError(tails.lower, lower)).toBeLessThan(1e-11);
    expect(relativeError(tails.upper, upper)).toBeLessThan(1e-11);
  });

  it.each(fixture.mass)('probability of %d events where %d are expected', (k, mean, mass) => {
    expect(relativeError(Math.exp(logPoissonMass(k, mean)), mass)).toBeLessThan(1e-11);
  });
});

describe('closed forms', () => {
  it('is the exponential distribution at a = 1', () => {
    for (const p of [1e-9, 0.025, 0.5, 0.975]) {
      expect(relativeError(gammaQuantile(p, 1, 'lower'), -Math.log1p(-p))).toBeLessThan(1e-12);
      expect(relativeError(gammaQuantile(p, 1, 'upper'), -Math.log(p))).toBeLessThan(1e-12);
    }
  });

  it('sums the Poisson distribution at whole a', () => {
    let upTo = 0;
    for (let k = 0; k < 12; k++) {
      upTo += Math.exp(logPoissonMass(k, 5));
      expect(gammaTails(5, k + 1).upper).toBeCloseTo(upTo, 13);
    }
  });

  it('is 0 and 1 at 0', () => {
    expect(gammaTails(0, 2)).toEqual({ lower: 0, upper: 1 });
  });

  it('finds quantiles for millions of events', () => {
    const x = gammaQuantile(0.025, 5e6 + 0.5, 'lower');
    expect(gammaTails(x, 5e6 + 0.5).lower).toBeCloseTo(0.025, 10);
    expect(x).toBeCloseTo(5e6 - 1.96 * Math.sqrt(5e6), -2);
  });
});
