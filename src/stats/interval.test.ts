import { describe, expect, it } from 'vitest';
import { logBinomialMass } from './binomial.ts';
import { rateInterval } from './interval.ts';

/** Chance that the interval of n runs holds the true rate p: the binomial summed exactly, nothing simulated. */
function coverage(p: number, n: number): number {
  let covered = 0;
  for (let failures = 0; failures <= n; failures++) {
    const { low, high } = rateInterval(failures, n);
    if (low <= p && p <= high) covered += Math.exp(logBinomialMass(failures, n, p, 1 - p));
  }
  return covered;
}

describe('rateInterval', () => {
  it('is the Beta(1/2, 1/2) interval that libRmath gives', () => {
    const rate = rateInterval(42, 10_000);
    expect(rate).toMatchObject({ failures: 42, runs: 10_000, observed: 0.0042 });
    expect(rate.low).toBeCloseTo(0.0030710995168049559, 14);
    expect(rate.high).toBeCloseTo(0.0056155370828788248, 14);
  });

  it('gives the rule of three without failures', () => {
    for (const n of [1, 10, 1000, 1e7]) {
      const { low, high } = rateInterval(0, n);
      expect(low).toBe(0);
      expect((1 - high) ** n).toBeCloseTo(0.05, 6);
    }
    expect(rateInterval(0, 1e6).high).toBeCloseTo(3e-6, 8);
  });

  it('mirrors failures and passes', () => {
    for (const [failures, n] of [
      [10, 10],
      [9, 10],
      [999, 1000],
      [3, 7],
    ] as const) {
      const rate = rateInterval(failures, n);
      const mirror = rateInterval(n - failures, n);
      expect(rate.low).toBeCloseTo(1 - mirror.high, 12);
      expect(rate.high).toBeCloseTo(1 - mirror.low, 12);
    }
  });

  it('knows nothing without runs', () => {
    expect(rateInterval(0, 0)).toEqual({ failures: 0, runs: 0, observed: 0, low: 0, high: 1 });
  });

  it('is ordered and grows with the failures', () => {
    for (const n of [2, 17, 1000]) {
      let previous = rateInterval(0, n);
      for (let failures = 1; failures <= n; failures++) {
        const rate = rateInterval(failures, n);
        expect(rate.low).toBeLessThanOrEqual(rate.observed);
        expect(rate.observed).toBeLessThanOrEqual(rate.high);
        expect(rate.low).toBeGreaterThan(previous.low);
        expect(rate.high).toBeGreaterThanOrEqual(previous.high);
        previous = rate;
      }
    }
  });

  it('holds the true rate in 95 % of hunts', () => {
    const rates = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5];
    const sizes = [20, 50, 100, 300, 1000, 3000];
    const all = sizes.flatMap((n) => rates.map((p) => coverage(p, n)));
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    expect(mean).toBeGreaterThan(0.95);
    expect(mean).toBeLessThan(0.96);
    expect(Math.min(...all)).toBeGreaterThan(0.9);
  });
});
