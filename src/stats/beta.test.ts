import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { betaQuantile, betaTails } from './beta.ts';
import { logBinomialMass } from './binomial.ts';

interface Fixture {
  betaQuantile: [p: number, a: number, b: number, tail: 'lower' | 'upper', x: number][];
  betaTails: [x: number, a: number, b: number, lower: number, upper: number][];
  binomialMass: [k: number, n: number, p: number, mass: number][];
  binomialTails: [k: number, n: number, p: number, upTo: number, above: number][];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('rmath.fixture.json', import.meta.url), 'utf8'));

function relativeError(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.abs(expected);
}

describe('against libRmath', () => {
  it.each(fixture.betaQuantile)('quantile %d of Beta(%d, %d), %s tail', (p, a, b, tail, x) => {
    expect(relativeError(betaQuantile(p, a, b, tail), x)).toBeLessThan(1e-11);
  });

  it.each(fixture.betaTails)('tails at %d of Beta(%d, %d)', (x, a, b, lower, upper) => {
    const tails = betaTails(x, 1 - x, a, b);
    expect(relativeError(tails.lower, lower)).toBeLessThan(1e-11);
    expect(relativeError(tails.upper, upper)).toBeLessThan(1e-11);
  });

  it.each(fixture.binomialMass)('probability of %d in %d at %d', (k, n, p, mass) => {
    expect(relativeError(Math.exp(logBinomialMass(k, n, p, 1 - p)), mass)).toBeLessThan(1e-11);
  });

  it.each(fixture.binomialTails)('at most %d in %d at %d', (k, n, p, upTo, above) => {
    const tails = betaTails(p, 1 - p, k + 1, n - k);
    expect(relativeError(tails.upper, upTo)).toBeLessThan(1e-11);
    expect(relativeError(tails.lower, above)).toBeLessThan(1e-11);
  });
});

describe('betaTails', () => {
  it('is 0 and 1 at the ends', () => {
    expect(betaTails(0, 1, 2, 3)).toEqual({ lower: 0, upper: 1 });
    expect(betaTails(1, 0, 2, 3)).toEqual({ lower: 1, upper: 0 });
  });
});
