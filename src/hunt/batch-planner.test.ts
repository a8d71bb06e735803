import { describe, expect, it } from 'vitest';
import { BatchPlanner } from './batch-planner.ts';

const condition = { pin: { policy: 'free' as const } };

describe('BatchPlanner', () => {
  it('gives one batch with all that is left when the number of workers is known', () => {
    const planner = new BatchPlanner({ jobs: 3, cpus: 2, condition, firstId: 7 });
    expect(planner.next({ runs: 500, ms: null })).toEqual({ id: 7, condition, jobs: 3, runs: 500, ms: null });
    expect(planner.tuning).toBe(false);
  });

  it('probes first under auto, then gives the rest to the best', () => {
    const planner = new BatchPlanner({ jobs: 'auto', cpus: 2, condition, firstId: 1 });
    const perSecond: Record<number, number> = { 1: 100, 2: 200, 4: 205, 8: 203 };
    for (const jobs of [1, 2, 4, 8]) {
      const batch = planner.next({ runs: 10_000, ms: 60_000 });
      expect([batch.jobs, planner.tuning]).toEqual([jobs, true]);
      planner.ended({ type: 'batch-end', id: batch.id, runs: perSecond[jobs] ?? 0, elapsedUs: 1_000_000 });
    }
    expect(planner.next({ runs: 9000, ms: 50_000 })).toMatchObject({ id: 5, jobs: 2, runs: 9000, ms: 50_000 });
    expect(planner.tuning).toBe(false);
  });

  it('never probes longer than the hunt may last', () => {
    const planner = new BatchPlanner({ jobs: 'auto', cpus: 2, condition, firstId: 1 });
    expect(planner.next({ runs: null, ms: 100 }).ms).toBe(100);
  });
});
