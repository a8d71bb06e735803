import { describe, expect, it } from 'vitest';
import { ancestryOf } from './ancestry.ts';
import { type Costs, chooser } from './experiment.ts';
import { levelsFor } from './levels.ts';
import { posteriorOf, type Visit } from './posterior.ts';
import { line } from './sample-ranges.ts';

const costs: Costs = { buildSeconds: () => 10, runSeconds: 0.01, startSeconds: 0, failsToBuild: () => 0 };

describe('chooser', () => {
  it('begins in the middle, with runs enough to tell', () => {
    const best = choose([], costs);
    expect(best?.node).toBeGreaterThan(40);
    expect(best?.node).toBeLessThan(60);
    expect(best?.runs).toBeGreaterThanOrEqual(30);
  });

  it('makes shorter batches where runs are dear', () => {
    const dear = choose([], { ...costs, buildSeconds: () => 1, runSeconds: 1 });
    expect(dear?.runs).toBeLessThan(choose([], costs)?.runs ?? 0);
  });

  it('prefers what is built already', () => {
    const best = choose([], { ...costs, buildSeconds: (node) => (node === 30 ? 0 : 10) });
    expect(best?.node).toBe(30);
  });

  it('keeps away from what will hardly build', () => {
    const best = choose([], { ...costs, failsToBuild: (node) => (node > 35 && node < 70 ? 0.9 : 0) });
    expect(best?.node === 35 || best?.node === 70).toBe(true);
  });

  it('takes a deterministic failure for told by a run or two', () => {
    const best = choose([], costs, { failures: 10, runs: 10 });
    expect(best?.runs).toBeLessThanOrEqual(4);
  });

  it('knows when nothing is left to be told', () => {
    expect(choose([], costs, undefined, [0])).toBeNull();
  });
});

function choose(visits: Visit[], prices: Costs, failingEnd = { failures: 3, runs: 30 }, nodes?: number[]) {
  const range = line(100);
  const model = {
    range,
    fails: 'old',
    change: 'gone',
    ancestry: ancestryOf(range),
    levels: levelsFor(failingEnd, 'gone'),
  } as const;
  const posterior = posteriorOf(model, [{ node: 0, seen: failingEnd }, ...visits]);
  return chooser(model, posterior, prices)(nodes ?? [...range.builds.keys()]);
}
