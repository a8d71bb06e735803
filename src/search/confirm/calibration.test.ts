import { describe, expect, it } from 'vitest';
import { type Simulated, simulateConfirmations } from './sample-confirmation.ts';

const rates = [0.5, 0.2, 0.05, 0.01, 0.005];
/** Runs a side, in expected failures: too few to compare, cut short, and all that the plan asks for. */
const budgets = [20, 40, 100_000];

function simulate(world: Simulated, times: number) {
  return simulateConfirmations(world, times, '00000000000f1a4e');
}

describe('a rate that did not change', () => {
  const wrong: number[] = [];
  const gone: number[] = [];

  it.each(rates)('is called gone or reduced at most once in twenty, at %d and any budget', (rate) => {
    for (const budget of budgets) {
      const { share } = simulate({ before: rate, after: rate, mostRuns: budget / rate }, 400);
      expect(share('gone', 'reduced')).toBeLessThan(0.05);
      expect(share('worse')).toBeLessThan(0.05);
      expect(share('not-reproduced')).toBeLessThan(0.01);
      wrong.push(share('gone', 'reduced'));
      gone.push(share('gone'));
    }
  });

  it('is called so less often on the whole, and "gone" next to never', () => {
    expect(meanOf(wrong)).toBeLessThan(0.025);
    expect(meanOf(gone)).toBeLessThan(0.005);
  });

  it.each(rates)('is called unchanged where the budget allows, at %d', (rate) => {
    expect(simulate({ before: rate, after: rate, mostRuns: 1e9 }, 400).share('unchanged')).toBeGreaterThan(0.93);
  });
});

describe('a failure that is gone', () => {
  it.each(rates)('is called gone within the budget of 30 runs for each failure, at %d', (rate) => {
    const { share, runs } = simulate({ before: rate, after: 0, mostRuns: 1e9 }, 1000);
    expect(share('gone')).toBeGreaterThan(0.99);
    expect(runs * rate).toBeLessThan(30);
  });

  it('is called gone after twenty clean runs where each one failed', () => {
    const { share, runs } = simulate({ before: 0.999, after: 0, mostRuns: 1e9 }, 1000);
    expect([share('gone'), Math.round(runs)]).toEqual([1, 50]);
  });

  it('is not called so where the runs were too few', () => {
    const { share } = simulate({ before: 0.01, after: 0, mostRuns: 600 }, 400);
    expect(share('unchanged', 'worse')).toBe(0);
    expect(share('gone')).toBeLessThan(0.3);
    expect(share('reduced', 'inconclusive')).toBeGreaterThan(0.5);
  });
});

describe('a rate that changed', () => {
  it.each([
    [0.25, 0.95],
    [0.5, 0.7],
  ])('to %d times what it was is shown', (ratio, least) => {
    for (const before of [0.2, 0.01]) {
      const { share } = simulate({ before, after: before * ratio, mostRuns: 1e9 }, 200);
      expect(share('reduced', 'gone')).toBeGreaterThan(least);
    }
  });

  it('to twice what it was is called worse', () => {
    expect(simulate({ before: 0.01, after: 0.02, mostRuns: 1e9 }, 200).share('worse')).toBeGreaterThan(0.85);
  });
});

describe('a machine that provokes the failure no more once it was measured', () => {
  it('is not taken for the fix', () => {
    const { share } = simulate({ before: 0.05, after: 0, drifted: 0, mostRuns: 1e9 }, 200);
    expect(share('not-reproduced')).toBe(1);
  });

  it.each([0.1, 0.3])('or %d times as often, not either', (drift) => {
    const world = { before: 0.05, after: 0.05 * drift, drifted: 0.05 * drift, mostRuns: 1e9 };
    expect(simulate(world, 400).share('gone', 'reduced')).toBeLessThan(0.05);
  });
});

function meanOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
