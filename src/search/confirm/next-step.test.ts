import { describe, expect, it } from 'vitest';
import type { Seen } from '../../model/bisect.ts';
import { type ConfirmBudget, nextConfirmStep } from './next-step.ts';
import { type ComparisonPlan, planComparison } from './plan.ts';

const budget: ConfirmBudget = { mostRuns: 100_000, leastBatch: 1, ended: false };
const nothing = seen(0, 0);
const measured = seen(5, 100);
const plan: ComparisonPlan = { cleanRuns: 157, mostRuns: 100_000, measured, compareRuns: 1256 };

function seen(failures: number, runs: number): Seen {
  return { failures, runs };
}

/** What comes next after these runs that are compared. */
function next(before: Seen, after: Seen, more: Partial<ConfirmBudget> = {}, planned = plan) {
  const all = seen(measured.failures + before.failures, measured.runs + before.runs);
  return nextConfirmStep({ before: all, after, plan: planned }, { ...budget, ...more });
}

describe('measuring', () => {
  const measure = (before: Seen, more: Partial<ConfirmBudget> = {}) =>
    nextConfirmStep({ before, after: nothing, plan: null }, { ...budget, ...more });

  it.each<[Seen, number]>([
    [nothing, 10],
    [seen(0, 10), 10],
    [seen(0, 640), 640],
    [seen(4, 640), 72],
    [seen(2, 3), 10],
  ])('runs the failing side until it failed five times: %j', (before, runs) => {
    expect(measure(before)).toEqual({ kind: 'run', side: 'before', runs });
  });

  it('fills the jobs, and keeps to the budget', () => {
    expect(measure(nothing, { leastBatch: 32 })).toMatchObject({ runs: 32 });
    expect(measure(seen(0, 640), { mostRuns: 1000 })).toMatchObject({ runs: 360 });
  });

  it('ends in a plan', () => {
    expect(measure(measured)).toEqual({ kind: 'plan', plan: planComparison(measured, 100_000) });
  });

  it.each<[Seen, Partial<ConfirmBudget>, string]>([
    [seen(0, 1000), { mostRuns: 1000 }, 'not-reproduced'],
    [seen(0, 200), { ended: true }, 'not-reproduced'],
    [nothing, { ended: true }, 'not-reproduced'],
    [seen(2, 1000), { mostRuns: 1000 }, 'inconclusive'],
  ])('ends without one where the failing side did not fail often enough: %j %j', (before, more, verdict) => {
    expect(measure(before, more)).toEqual({ kind: 'done', verdict });
  });
});

describe('planning', () => {
  it('asks for as many clean runs as pass at the lower bound of the rate with 5 %', () => {
    // Jeffreys: qbeta(.025, 5.5, 95.5) = 0.0193; log(.05) / log(1 - .0193)
    expect(planComparison(measured, 100_000)).toEqual({
      cleanRuns: 154,
      mostRuns: 100_000,
      measured,
      compareRuns: 1232,
    });
  });

  it('asks for twenty at least, however sure the failure was; where each run is long, for those there is time for', () => {
    const sure = seen(10, 10);
    // By the rate alone three would do: log(.05) / log(1 - .74)
    expect(planComparison(sure, 100_000)).toMatchObject({ cleanRuns: 20, compareRuns: 160 });
    expect(planComparison(sure, 15)).toMatchObject({ cleanRuns: 5, compareRuns: 5 });
    expect(planComparison(sure, 10)).toMatchObject({ cleanRuns: 3, compareRuns: 0 });
  });

  it('keeps to the budget', () => {
    expect(planComparison(measured, 500)).toMatchObject({ compareRuns: 400 });
    expect(planComparison(measured, 100)).toMatchObject({ compareRuns: 0 });
  });

  it('does not plan on four failures', () => {
    expect(planComparison(seen(4, 100), 100_000)).toBeNull();
  });
});

describe('comparing', () => {
  it('takes turns, ten of them to the first look', () => {
    expect(next(nothing, nothing)).toEqual({ kind: 'run', side: 'before', runs: 16 });
    expect(next(seen(1, 16), nothing)).toEqual({ kind: 'run', side: 'after', runs: 16 });
    expect(next(seen(1, 16), seen(0, 16))).toEqual({ kind: 'run', side: 'before', runs: 16 });
    expect(next(seen(1, 16), nothing, { leastBatch: 64 })).toMatchObject({ runs: 64 });
  });

  it('makes up for runs that told nothing, and stops at the looks', () => {
    expect(next(seen(1, 150), seen(0, 147))).toEqual({ kind: 'run', side: 'after', runs: 10 });
    expect(next(seen(1, 150), seen(0, 157))).toEqual({ kind: 'run', side: 'before', runs: 7 });
  });

  it('goes on from a look without a verdict to twice the runs', () => {
    expect(next(seen(3, 157), seen(0, 157))).toEqual({ kind: 'run', side: 'before', runs: 16 });
    expect(next(seen(3, 310), seen(0, 310), { leastBatch: 64 })).toMatchObject({ runs: 4 });
  });

  it('is done with a verdict, and when the time is over', () => {
    expect(next(seen(8, 157), seen(0, 157))).toEqual({ kind: 'done', verdict: 'gone' });
    expect(next(seen(2, 60), seen(0, 60), { ended: true })).toEqual({ kind: 'done', verdict: 'inconclusive' });
    const none = { ...plan, compareRuns: 0 };
    expect(next(nothing, nothing, {}, none)).toEqual({ kind: 'done', verdict: 'inconclusive' });
  });
});
