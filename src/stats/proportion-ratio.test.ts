import { describe, expect, it } from 'vitest';
import { logBinomialMass } from './binomial.ts';
import { proportionRatio } from './proportion-ratio.ts';

type Side = [failures: number, runs: number];

function ratio(after: Side, before: Side) {
  return proportionRatio({ failures: after[0], runs: after[1] }, { failures: before[0], runs: before[1] });
}

describe('proportionRatio', () => {
  it('is put together as Donner and Zou do', () => {
    // Their formula with the quantiles of SciPy's beta.ppf
    const { observed, low, high } = ratio([3, 1000], [20, 900]);
    expect(observed).toBeCloseTo(0.135, 12);
    expect(low).toBeCloseTo(0.036332977421, 9);
    expect(high).toBeCloseTo(0.403896476351, 9);
  });

  it('is the inverse of the other way round', () => {
    for (const [a, b] of [
      [
        [3, 40],
        [17, 90],
      ],
      [
        [9, 10],
        [1, 2000],
      ],
      [
        [7, 7],
        [5, 8],
      ],
    ] as [Side, Side][]) {
      const [there, back] = [ratio(a, b), ratio(b, a)];
      expect(there.low * (back.high ?? 0)).toBeCloseTo(1, 10);
      expect((there.high ?? 0) * back.low).toBeCloseTo(1, 10);
    }
  });

  it('has an end on one side only where the other has no failure', () => {
    expect(ratio([0, 100], [8, 100])).toMatchObject({ observed: 0, low: 0 });
    expect(ratio([0, 100], [8, 100]).high).toBeLessThan(0.5);
    expect(ratio([8, 100], [0, 100])).toMatchObject({ observed: null, high: null });
    expect(ratio([8, 100], [0, 100]).low).toBeGreaterThan(2);
  });

  it('knows nothing without failures or without runs', () => {
    const nothing = { observed: null, low: 0, high: null };
    expect(ratio([0, 5], [0, 5])).toEqual(nothing);
    expect(ratio([0, 0], [3, 5])).toEqual(nothing);
    expect(ratio([3, 5], [0, 0])).toEqual(nothing);
  });

  it('holds the true ratio in 95 % of confirmations', () => {
    const all: number[] = [];
    for (const [after, before] of [
      [10, 10],
      [30, 30],
      [100, 100],
      [150, 60],
      [30, 200],
    ] as const) {
      for (const rate of [0.9, 0.5, 0.2, 0.05, 0.02, 0.005]) {
        for (const r of [0.02, 0.1, 0.3, 1, 1.5, 4]) {
          if (r * rate < 1) all.push(coverage(after, r, before, rate));
        }
      }
    }
    const ordered = all.sort((a, b) => a - b);
    expect(meanOf(all)).toBeGreaterThan(0.96);
    expect(ordered[Math.floor(all.length / 20)]).toBeGreaterThan(0.935);
    expect(ordered[0]).toBeGreaterThan(0.91);
  });

  /** Chance that the interval holds r, both binomials summed exactly. */
  function coverage(after: number, r: number, before: number, rate: number): number {
    let sum = 0;
    for (const [x, p] of likely(after, r * rate)) {
      for (const [y, q] of likely(before, rate)) {
        const { low, high } = ratio([x, after], [y, before]);
        if (low <= r && r <= (high ?? Number.POSITIVE_INFINITY)) sum += p * q;
      }
    }
    return sum;
  }
});

/** Failures in n runs and their chance, those left out have less than 1e-3 together. */
function likely(n: number, rate: number): [failures: number, chance: number][] {
  const all = Array.from({ length: n + 1 }, (_, k): [number, number] => [
    k,
    Math.exp(logBinomialMass(k, n, rate, 1 - rate)),
  ]);
  return all.filter(([, chance]) => chance > 1e-5);
}

function meanOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
