import { describe, expect, it } from 'vitest';
import { logBinomialMass } from './binomial.ts';
import { logPoissonMass } from './poisson.ts';
import { poissonRateInterval, rateRatioInterval } from './speed.ts';

describe('poissonRateInterval', () => {
  it('is half a quantile of chi-squared with 2 f + 1 degrees of freedom', () => {
    // R: qchisq(c(0.025, 0.975), 21) / 2 (by SciPy's chi2.ppf)
    const { low, high, observed } = poissonRateInterval(10, 4);
    expect(observed).toBe(2.5);
    expect(4 * low).toBeCloseTo(5.141448, 5);
    expect(4 * (high ?? 0)).toBeCloseTo(17.739438, 5);
  });

  it('gives the rule of three without failures', () => {
    const { low, high } = poissonRateInterval(0, 10);
    expect(low).toBe(0);
    expect(Math.exp(-10 * (high ?? 0))).toBeCloseTo(0.05, 12);
  });

  it('knows nothing without time', () => {
    expect(poissonRateInterval(0, 0)).toEqual({ failures: 0, seconds: 0, observed: 0, low: 0, high: null });
  });

  it('holds the true rate in 95 % of hunts', () => {
    const covered = [0.5, 1, 2, 3, 5, 8, 13, 20, 35, 60, 100].map((mean) => {
      let sum = 0;
      for (let failures = 0; failures < 4 * mean + 40; failures++) {
        const { low, high } = poissonRateInterval(failures, 1);
        if (low <= mean && mean <= (high ?? 0)) sum += Math.exp(logPoissonMass(failures, mean));
      }
      return sum;
    });
    expect(meanOf(covered)).toBeGreaterThan(0.945);
    expect(Math.min(...covered)).toBeGreaterThan(0.9);
  });
});

describe('rateRatioInterval', () => {
  const ratio = (f: number, t: number, g: number, u: number, comparisons?: number) =>
    rateRatioInterval({ failures: f, seconds: t }, { failures: g, seconds: u }, comparisons);

  it('turns the interval of the share into one of the ratio', () => {
    // R: p <- qbeta(c(0.025, 0.975), 20.5, 10.5); p / (1 - p) * 6 / 3 (by SciPy's beta.ppf)
    const { observed, low, high } = ratio(20, 3, 10, 6);
    expect(observed).toBeCloseTo(4, 12);
    expect(low).toBeCloseTo(1.91276, 5);
    expect(high).toBeCloseTo(8.753917, 5);
  });

  it('is the inverse of the other way round', () => {
    for (const [f, g] of [
      [3, 400],
      [17, 17],
      [1, 1],
    ] as const) {
      const there = ratio(f, 2, g, 5);
      const back = ratio(g, 5, f, 2);
      expect(there.low * (back.high ?? 0)).toBeCloseTo(1, 10);
      expect((there.high ?? 0) * back.low).toBeCloseTo(1, 10);
    }
  });

  it('bounds one side only where the other has no failure', () => {
    // With ratio r a share of r / (r + 1) of 20 failures fall to the arm; all of them with 5 %.
    const found = ratio(20, 1, 0, 1);
    expect(found).toMatchObject({ observed: null, high: null });
    expect((found.low / (1 + found.low)) ** 20).toBeCloseTo(0.05, 12);
    const clean = ratio(0, 1, 20, 1);
    expect(clean).toMatchObject({ observed: 0, low: 0 });
    expect((1 / (1 + (clean.high ?? 0))) ** 20).toBeCloseTo(0.05, 12);
  });

  it('knows nothing without failures or without time', () => {
    expect(ratio(0, 5, 0, 5)).toEqual({ observed: null, low: 0, high: null });
    expect(ratio(7, 5, 0, 0)).toEqual({ observed: null, low: 0, high: null });
    expect(ratio(0, 0, 7, 5)).toEqual({ observed: null, low: 0, high: null });
  });

  it('is wider the more are compared', () => {
    const [one, ten] = [ratio(50, 1, 9, 1), ratio(50, 1, 9, 1, 10)];
    expect(ten.low).toBeLessThan(one.low);
    expect(ten.high).toBeGreaterThan(one.high ?? 0);
  });

  it.each([
    [1, 0.9],
    [12, 0.98],
  ])('holds the true ratio in 95 % of hunts, %d of them at once', (comparisons, least) => {
    const covered: number[] = [];
    for (const failures of [2, 5, 10, 20, 50, 100, 300]) {
      for (const r of [0.02, 0.1, 0.3, 1, 2, 10, 50, 100]) {
        covered.push(coverage(failures, r, comparisons));
      }
    }
    expect(meanOf(covered)).toBeGreaterThan(0.95 ** (1 / comparisons));
    expect(Math.min(...covered)).toBeGreaterThan(least);
  });

  /** Chance that the interval holds r when base and arm have `failures` together, summed exactly. */
  function coverage(failures: number, r: number, comparisons: number): number {
    const share = r / (1 + r);
    let sum = 0;
    for (let f = 0; f <= failures; f++) {
      const { low, high } = ratio(f, 1, failures - f, 1, comparisons);
      if (low <= r && r <= (high ?? Number.POSITIVE_INFINITY)) {
        sum += Math.exp(logBinomialMass(f, failures, share, 1 - share));
      }
    }
    return sum;
  }
});

function meanOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
