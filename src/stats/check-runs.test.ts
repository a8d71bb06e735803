import { describe, expect, it } from 'vitest';
import type { Seen } from '../model/bisect.ts';
import { checkRuns } from './check-runs.ts';
import { fisherExact } from './fisher.ts';
import { gammaVariate } from './gamma-variate.ts';
import { seededUniform, type Uniform } from './random.ts';

function seen(failures: number, runs: number): Seen {
  return { failures, runs };
}

describe('checkRuns', () => {
  it('needs six runs where one side always fails and the other never: five would be p = 0.008', () => {
    expect(checkRuns(seen(1000, 1000), seen(0, 500), { level: 0.005, most: 10_000 }).runs).toBe(6);
    expect(fisherExact(seen(5, 5), seen(0, 5)).p).toBeGreaterThan(0.005);
    expect(fisherExact(seen(6, 6), seen(0, 6)).p).toBeLessThan(0.005);
  });

  it('needs some failures of a rare failure: nine beside none', () => {
    // 8 beside none would be p = 0.0077; 9 or more come with 95 % where 14.4 are expected
    const { runs } = checkRuns(seen(1000, 100_000), seen(0, 100_000), { level: 0.005, most: 10_000 });
    expect(runs).toBeGreaterThan(1400);
    expect(runs).toBeLessThan(1600);
  });

  it('needs more the less is known, the closer the rates and the stricter the level', () => {
    const runs = (before: Seen, after: Seen, level = 0.005) => checkRuns(before, after, { level, most: 10_000 }).runs;
    const usual = runs(seen(20, 400), seen(0, 2000));
    expect(runs(seen(5, 100), seen(0, 500))).toBeGreaterThan(usual * 1.2);
    expect(runs(seen(20, 400), seen(20, 2000))).toBeGreaterThan(usual * 1.2);
    expect(runs(seen(20, 400), seen(0, 2000), 0.001)).toBeGreaterThan(usual * 1.1);
  });

  it('does not ask which side failed more', () => {
    const needs = { level: 0.005, most: 5000, otherPer: 3 };
    expect(checkRuns(seen(0, 90), seen(7, 50), needs)).toEqual(checkRuns(seen(7, 50), seen(0, 90), needs));
  });

  it('tells what the most runs can show where they do not do', () => {
    const { runs, power } = checkRuns(seen(5, 2000), seen(1, 3000), { level: 0.005, most: 3000 });
    expect(runs).toBe(3000);
    expect(power).toBeGreaterThan(0.2);
    expect(power).toBeLessThan(0.6);
  });

  it('needs fewer runs that fail where more of those that pass are made beside them', () => {
    // 2 of 2 beside none of 30: 1 / (32 over 2) = 0.0020; 6 of 6 beside none of 6 are needed else
    expect(fisherExact(seen(2, 2), seen(0, 30)).p).toBeCloseTo(1 / 496, 6);
    const needs = { level: 0.005, most: 1000, otherPer: 15 };
    expect(checkRuns(seen(1000, 1000), seen(0, 5000), needs)).toMatchObject({ runs: 2, otherRuns: 30 });
    const little = checkRuns(seen(9, 9), seen(0, 8), { level: 0.005, most: 1000 });
    expect(checkRuns(seen(9, 9), seen(0, 8), { ...needs, otherPer: 4 }).runs).toBeLessThan(little.runs);
  });

  it('has the power that it states', () => {
    for (const [before, after, otherPer] of [
      [seen(20, 400), seen(0, 2000), 1],
      [seen(30, 200), seen(12, 400), 1],
      [seen(9, 9), seen(0, 12), 4],
    ] as const) {
      const plan = checkRuns(before, after, { level: 0.005, most: 10_000, otherPer });
      const uniform = seededUniform('000000000000c0de');
      const shown = Array.from({ length: 600 }, () => {
        const [f, g] = [fresh(before, plan.runs, uniform), fresh(after, plan.otherRuns, uniform)];
        return f.failures * g.runs > g.failures * f.runs && fisherExact(f, g).p <= 0.005;
      }).filter(Boolean).length;
      expect(shown / 600).toBeGreaterThan(plan.power - 0.03);
      expect(shown / 600).toBeLessThan(plan.power + 0.03);
    }
  });
});

/** Fresh runs at a rate drawn from the posterior of what was seen. */
function fresh({ failures, runs: before }: Seen, runs: number, uniform: Uniform): Seen {
  const a = gammaVariate(failures + 0.5, uniform);
  const rate = a / (a + gammaVariate(before - failures + 0.5, uniform));
  let count = 0;
  // From failure to failure: the passes between them are geometric.
  for (let at = passes(); at < runs; at += 1 + passes()) count++;
  return seen(count, runs);

  function passes(): number {
    return Math.floor(Math.log(uniform()) / Math.log1p(-rate));
  }
}
