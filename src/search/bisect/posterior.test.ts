import { describe, expect, it } from 'vitest';
import type { SearchRange, Seen } from '../../model/bisect.ts';
import { ancestryOf } from './ancestry.ts';
import { type ChangeKind, levelsFor } from './levels.ts';
import { posteriorOf, type SearchModel, type Visit } from './posterior.ts';
import { betaDensity, integral } from './sample-integral.ts';
import { graph, isAncestor, line } from './sample-ranges.ts';

const failingEnd = { failures: 3, runs: 30 };

describe('posteriorOf', () => {
  const merged = graph([[], [0], [0], [1], [2], [3, 4], [5]]);
  const cases: [string, SearchRange, 'old' | 'new', ChangeKind, Record<number, Seen>][] = [
    ['a line', line(6), 'old', 'gone', { 0: failingEnd, 2: { failures: 1, runs: 9 }, 4: { failures: 0, runs: 25 } }],
    [
      'a reduction',
      line(6),
      'old',
      'gone',
      { 0: failingEnd, 1: { failures: 2, runs: 8 }, 3: { failures: 1, runs: 90 }, 5: { failures: 0, runs: 70 } },
    ],
    [
      'a background',
      line(5),
      'old',
      'gone',
      { 0: failingEnd, 2: { failures: 2, runs: 15 }, 4: { failures: 1, runs: 300 } },
    ],
    [
      'a regression',
      line(5),
      'new',
      'gone',
      { 5: failingEnd, 3: { failures: 1, runs: 20 }, 1: { failures: 0, runs: 40 } },
    ],
    [
      'weights',
      line(5, { weights: [0, 1, 10, 1, 3, 1] }),
      'old',
      'gone',
      { 0: failingEnd, 2: { failures: 0, runs: 12 } },
    ],
    ['only a reduction', line(5), 'old', 'reduced', { 0: failingEnd, 3: { failures: 1, runs: 60 } }],
    ['merges', merged, 'old', 'gone', { 0: failingEnd, 3: { failures: 1, runs: 12 }, 4: { failures: 0, runs: 30 } }],
    [
      'merges, a regression',
      merged,
      'new',
      'gone',
      { 6: failingEnd, 4: { failures: 0, runs: 30 }, 3: { failures: 1, runs: 50 } },
    ],
  ];

  it.each(cases)('agrees with enumerating every change and every rate: %s', (_, range, fails, change, seen) => {
    const visits = Object.entries(seen).map(([node, at]) => ({ node: Number(node), seen: at }));
    const model = { range, fails, change, ancestry: ancestryOf(range), levels: levelsFor(failingEnd, change) };
    const posterior = posteriorOf(model, visits);
    for (const isEven of [false, true]) {
      const brute = enumerated(model, visits, isEven);
      const masses = isEven ? posterior.evenChange : posterior.change;
      for (const [cell, { hypotheses }] of posterior.cells.entries()) {
        const expected = hypotheses.reduce((sum, h) => sum + (brute.changes[h] ?? 0), 0);
        expect(masses[cell]).toBeCloseTo(expected, 6);
      }
      expect(isEven ? posterior.evenNone : posterior.none).toBeCloseTo(brute.none, 6);
    }
  });

  it('divides a long history into as many cells as nodes were visited, and one', () => {
    const range = line(4000);
    const model = {
      range,
      fails: 'old',
      change: 'gone',
      ancestry: ancestryOf(range),
      levels: levelsFor(failingEnd, 'gone'),
    } as const;
    const seen = { failures: 0, runs: 5 };
    const visits = [
      { node: 0, seen: failingEnd },
      { node: 1000, seen },
      { node: 3000, seen },
    ];
    expect(posteriorOf(model, visits).cells.map(({ hypotheses }) => hypotheses.length)).toEqual([1000, 2000, 1000]);
  });
});

/** Node by node, every rate by numerical integration; reductions by the weights under both priors. */
function enumerated({ range, fails, change: kind, ancestry }: SearchModel, visits: readonly Visit[], isEven: boolean) {
  const rate = failingEnd.failures / failingEnd.runs;
  const weightOf = (node: number) => range.weights[node] ?? 0;
  const total = ancestry.nodes.reduce((sum, node) => sum + weightOf(node), 0);
  const isBeyond = (node: number, at: number) => isAncestor(range, at, node) === (fails === 'old');
  const evidence = (change: number | null) => {
    const clean = visits.filter(({ node }) => change !== null && isBeyond(node, change));
    const failing = visits.filter((visit) => !clean.includes(visit));
    const given = (low: Visit[]) =>
      marginal(sum(failing.filter((visit) => !low.includes(visit))), (p) => 1 / p) *
      marginal(sum(low), (q) => betaDensity(q, 2, 2 / (0.25 * rate) - 2));
    const pool = sum(clean);
    const [shape, mean] = kind === 'gone' ? [0.5, 0.1] : [2, 0.25];
    const sometimes = marginal(pool, (q) => betaDensity(q, shape, shape / (mean * rate) - shape));
    const never = pool.failures === 0 ? 1 : 0;
    if (kind === 'reduced' || change === null) return given([]) * sometimes;
    const beyond = (share: number) => share * never + (1 - share) * sometimes;
    const isAlike = (at: number) => visits.every(({ node }) => isBeyond(node, at) === isBeyond(node, change));
    const none = given([]) * beyond(0.75);
    // One that no visit is beyond is none, unless it may lie right before the change.
    const reduced = ancestry.nodes.map((at) => {
      const low = failing.filter(({ node }) => isBeyond(node, at));
      const isNone = sum(low).runs === 0 && !isAlike(at);
      return (weightOf(at) / total) * (isNone ? none : given(low) * beyond(0.98));
    });
    return reduced.reduce((all, one) => all + 0.15 * one, 0.85 * none);
  };
  const changes = ancestry.nodes.map((node) => {
    const share = isEven ? 1 / ancestry.nodes.length : weightOf(node) / total;
    return 0.95 * share * evidence(node);
  });
  const none = 0.05 * evidence(null);
  const all = changes.reduce((a, b) => a + b, none);
  return { changes: changes.map((one) => one / all), none: none / all };
}

function marginal({ failures, runs }: Seen, prior: (rate: number) => number): number {
  if (runs === 0) return 1;
  return integral((p) => prior(p) * p ** failures * (1 - p) ** (runs - failures));
}

function sum(visits: readonly Visit[]): Seen {
  return visits.reduce((all, { seen }) => ({ failures: all.failures + seen.failures, runs: all.runs + seen.runs }), {
    failures: 0,
    runs: 0,
  });
}
