import { describe, expect, it } from 'vitest';
import { mixSeed, seededUniform } from '../../stats/random.ts';
import { Bisector } from './bisector.ts';
import { branchy, graph, line } from './sample-ranges.ts';
import { tryOut } from './sample-worlds.ts';

const costs = { buildSeconds: () => 10, runSeconds: 0.01 };

describe('Bisector', () => {
  it('costs about log2(N) builds and few runs where the failure is certain', () => {
    for (let seed = 0; seed < 10; seed++) {
      const change = 1 + ((seed * 397) % 1024);
      const { stop, builds, runs } = tryOut({ range: line(1024), change, rate: 1, seed });
      expect(stop).toMatchObject({ reason: 'found', node: change });
      expect(builds).toBeLessThanOrEqual(13);
      expect(runs).toBeLessThan(700);
    }
  });

  it('says that nothing changed where nothing did', () => {
    for (const fails of ['old', 'new'] as const) {
      const { stop } = tryOut({ range: line(200), change: null, fails, rate: 0.1, seed: 7 });
      expect(stop).toMatchObject({ reason: 'no-change', node: null });
      expect(stop?.posterior).toBeGreaterThanOrEqual(0.95);
    }
  });

  it('finds the change at either end of the range', () => {
    for (const change of [1, 64]) {
      for (const fails of ['old', 'new'] as const) {
        expect(tryOut({ range: line(64), change, fails, rate: 0.3, seed: 3 }).stop).toMatchObject({
          reason: 'found',
          node: change,
        });
      }
    }
  });

  it('takes steps that depend on nothing but what was seen, in whatever order', () => {
    const seen: [number, { failures: number; runs: number }][] = [
      [0, { failures: 3, runs: 40 }],
      [50, { failures: 1, runs: 7 }],
      [70, { failures: 0, runs: 90 }],
    ];
    const forth = new Bisector(line(100), { fails: 'old', confidence: 0.95 });
    const back = new Bisector(line(100), { fails: 'old', confidence: 0.95 });
    for (const [node, what] of seen) forth.record(node, what);
    for (const [node, what] of seen.toReversed()) back.record(node, what);
    expect(back.next(costs)).toEqual(forth.next(costs));
    expect(back.distribution()).toEqual(forth.distribution());
  });

  it('tells what it would do after something was seen, and stays as it is', () => {
    const bisector = new Bisector(line(100), { fails: 'old', confidence: 0.95 });
    bisector.record(0, { failures: 3, runs: 40 });
    const before = bisector.next(costs);
    const after = bisector.after(50, { failures: 1, runs: 7 }).next(costs);
    expect(bisector.next(costs)).toEqual(before);
    bisector.record(50, { failures: 1, runs: 7 });
    expect(bisector.next(costs)).toEqual(after);
  });

  it('shares runs among nodes that are built alike', () => {
    const range = line(60, { builds: Array.from({ length: 61 }, (_, node) => node >> 2) });
    const { stop, builds, bisector } = tryOut({ range, change: 24, rate: 0.2, seed: 1 });
    expect(stop).toMatchObject({ reason: 'found', node: 24 });
    expect(builds).toBeLessThan(9);
    expect(bisector.seen(24)).toEqual(bisector.seen(27));
    expect(bisector.distribution().map(({ node }) => node % 4)).not.toContain(1);
  });

  it('finds changes on branches that were merged', () => {
    const uniform = seededUniform(mixSeed('2', 0));
    const wrong: number[] = [];
    for (let seed = 0; seed < 60; seed++) {
      const range = branchy(60, uniform);
      const change = 1 + Math.floor(uniform() * 60);
      const { stop } = tryOut({ range, change, fails: seed % 2 === 0 ? 'old' : 'new', rate: 0.2, seed });
      if (stop?.node !== change || stop.reason !== 'found') wrong.push(seed);
    }
    expect(wrong.length).toBeLessThanOrEqual(3);
  });

  it('is not taken in by the date of a commit beside the branch that has the change', () => {
    // 1 is fixed on a branch; 2 to 4 come later, without it, until 5 merges the two.
    const range = graph([[], [0], [0], [2], [3], [4, 1], [5]]);
    expect(tryOut({ range, change: 1, rate: 0.3, seed: 5 }).stop).toMatchObject({ reason: 'found', node: 1 });
    expect(tryOut({ range, change: 5, rate: 0.3, seed: 5 }).stop).toMatchObject({ reason: 'found', node: 5 });
  });

  it('answers with a group where commits cannot be built, and builds few of those in vain', () => {
    const totals = { wrong: 0, groups: 0, failed: 0 };
    for (let seed = 0; seed < 40; seed++) {
      const uniform = seededUniform(mixSeed('3', seed));
      const broken = stretches(400, uniform);
      const change = 1 + Math.floor(uniform() * 400);
      const { stop, failedBuilds, bisector } = tryOut({
        ...{ range: line(400), change, rate: 0.2, seed },
        isBuildable: (node) => !broken.has(node),
      });
      totals.failed += failedBuilds;
      if (stop?.reason === 'found' && stop.node !== change) totals.wrong++;
      if (stop?.reason !== 'undecided') continue;
      totals.groups++;
      const group: number[] = [];
      let held = 0;
      for (const { node, mass } of bisector.distribution()) {
        if (held < 0.95) group.push(node);
        held += mass;
      }
      if (!group.includes(change)) totals.wrong++;
      expect(group.length).toBeLessThan(60);
    }
    console.log(JSON.stringify(totals));
    expect(totals.wrong).toBeLessThanOrEqual(2);
    expect(totals.groups).toBeGreaterThan(3);
    expect(totals.failed / 40).toBeLessThan(9);
  });

  it('ends where the clean end cannot be run', () => {
    const { stop } = tryOut({ range: line(30), change: 30, rate: 0.5, seed: 2, isBuildable: (node) => node < 28 });
    expect(stop).toMatchObject({ reason: 'undecided' });
  });

  it('believes a weight only as far as the runs bear it out', () => {
    const weights = Array.from({ length: 101 }, (_, node) => (node === 0 ? 0 : node === 40 ? 1000 : 1));
    const { stop } = tryOut({ range: line(100, { weights }), change: 60, rate: 0.2, seed: 4 });
    expect(stop).toMatchObject({ reason: 'found', node: 60 });
  });

  it('asks the last failing revision for failures of its own', () => {
    const { stop, bisector } = tryOut({ range: line(100), change: 60, rate: 0.2, seed: 4 });
    expect(stop).toMatchObject({ reason: 'found', node: 60 });
    expect(bisector.seen(59).failures).toBeGreaterThanOrEqual(5);
  });

  it('is content with two where runs are dear', () => {
    const dear = tryOut({ range: line(100), change: 60, rate: 0.02, runSeconds: 60, seed: 4 });
    expect(dear.stop).toMatchObject({ reason: 'found', node: 60 });
    expect(dear.bisector.seen(59).failures).toBeLessThan(5);
    expect(dear.bisector.seen(59).failures).toBeGreaterThanOrEqual(2);
  });

  it('finds where a rate was reduced, in the part of a range that still fails', () => {
    const part = { nodes: new Set(Array.from({ length: 51 }, (_, node) => node)), failingEnd: 0 };
    const weights = Array.from({ length: 101 }, (_, node) => (node > 0 && node <= 50 ? 1 : 0));
    const bisector = new Bisector(line(100, { weights }), { fails: 'old', confidence: 0.95, change: 'reduced', part });
    bisector.record(0, { failures: 30, runs: 100 });
    bisector.record(19, { failures: 30, runs: 100 });
    bisector.record(20, { failures: 10, runs: 300 });
    bisector.record(50, { failures: 10, runs: 300 });
    expect(bisector.next(costs)).toMatchObject({ kind: 'stop', reason: 'found', node: 20 });
  });
});

/** Some 30 % of the nodes, in stretches of 8. */
function stretches(last: number, uniform: () => number): Set<number> {
  const broken = new Set<number>();
  for (let node = 1; node < last - 8; node++) {
    if (uniform() > 0.05) continue;
    for (let i = 0; i < 8; i++) broken.add(node++);
  }
  return broken;
}
