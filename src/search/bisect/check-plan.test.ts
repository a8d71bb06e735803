import { describe, expect, it } from 'vitest';
import type { Seen } from '../../model/bisect.ts';
import { type CheckQuestion, planCheck } from './check-plan.ts';

function seen(failures: number, runs: number): Seen {
  return { failures, runs };
}

const usual: CheckQuestion = {
  failing: seen(20, 400),
  clean: seen(0, 2000),
  change: 'gone',
  level: 0.005,
  seconds: { failing: 0.01, clean: 0.01 },
  budgetSeconds: 60,
};
const hang: CheckQuestion = {
  ...usual,
  failing: seen(9, 9),
  clean: seen(0, 3),
  seconds: { failing: 60, clean: 0.05 },
  budgetSeconds: 600,
};

function costOf({ seconds }: CheckQuestion, { failingRuns, cleanRuns }: ReturnType<typeof planCheck>): number {
  return failingRuns * seconds.failing + cleanRuns * seconds.clean;
}

describe('a check', () => {
  it('makes as many runs of both sides where they take as long, at the level that is wanted', () => {
    const plan = planCheck(usual);
    expect(plan.failingRuns).toBe(plan.cleanRuns);
    expect(plan.failingRuns).toBeGreaterThan(200);
    expect(plan.level).toBe(0.005);
  });

  it('of what is gone is clean for as long as would have brought ten failures', () => {
    expect(planCheck({ ...usual, failing: seen(1000, 1000), clean: seen(0, 5000) }).cleanRuns).toBe(10);
    const reduced = planCheck({ ...usual, failing: seen(1000, 1000), clean: seen(0, 5000), change: 'reduced' });
    expect(reduced.cleanRuns).toBe(6);
  });

  it('of a test that hangs keeps to the time, with more runs of the side that does not', () => {
    const plan = planCheck(hang);
    expect(costOf(hang, plan)).toBeLessThanOrEqual(600);
    expect(plan.cleanRuns).toBeGreaterThanOrEqual(4 * plan.failingRuns);
    expect(plan.level).toBeLessThanOrEqual(0.05);
  });

  it('says at what level it can be made where the time is short', () => {
    const known = { failing: seen(60, 60), clean: seen(0, 60) };
    const plan = planCheck({ ...hang, ...known, seconds: { failing: 60, clean: 60 } });
    expect([plan.failingRuns, plan.cleanRuns]).toEqual([5, 5]);
    // 5 of 5 beside none of 5: p = 0.0079
    expect(plan.level).toBe(0.01);
  });

  it('makes four runs of each side in any case: three could show nothing', () => {
    const plan = planCheck({ ...hang, seconds: { failing: 60, clean: 60 }, budgetSeconds: 60 });
    expect([plan.failingRuns, plan.cleanRuns, plan.level]).toEqual([4, 4, 0.05]);
  });

  it('never asks for less than was wanted where that is little', () => {
    expect(planCheck({ ...hang, level: 0.06, budgetSeconds: 1 }).level).toBe(0.06);
  });
});
