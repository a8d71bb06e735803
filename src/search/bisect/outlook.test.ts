import { describe, expect, it } from 'vitest';
import type { SearchRange, Seen } from '../../model/bisect.ts';
import { ancestryOf } from './ancestry.ts';
import { type ChangeKind, levelsFor } from './levels.ts';
import { Outlook } from './outlook.ts';
import { posteriorOf, type SearchModel, type Visit } from './posterior.ts';
import { graph, line } from './sample-ranges.ts';

const failingEnd = { failures: 3, runs: 30 };
const sizes = [1, 4, 32];

describe('Outlook', () => {
  const merged = graph([[], [0], [0], [1], [2], [3, 4], [5]]);
  const cases: [string, SearchRange, 'old' | 'new', ChangeKind, Record<number, Seen>, number[]][] = [
    ['a fresh line', line(8), 'old', 'reduced', { 0: failingEnd }, [1, 3, 5, 8]],
    ['a line', line(8), 'old', 'reduced', { 0: failingEnd, 4: { failures: 0, runs: 20 } }, [2, 3, 4, 6]],
    [
      'a reduction',
      line(8),
      'old',
      'gone',
      { 0: failingEnd, 3: { failures: 1, runs: 80 }, 6: { failures: 0, runs: 60 } },
      [3, 6],
    ],
    [
      'a regression',
      line(8),
      'new',
      'gone',
      { 8: failingEnd, 3: { failures: 1, runs: 80 }, 1: { failures: 0, runs: 60 } },
      [3, 1],
    ],
    ['merges', merged, 'old', 'reduced', { 0: failingEnd, 3: { failures: 0, runs: 12 } }, [1, 2, 4, 5]],
  ];

  it.each(cases)(
    'tells as many bits as the sum over hypotheses and outcomes: %s',
    (_, range, fails, change, seen, nodes) => {
      const visits = Object.entries(seen).map(([node, at]) => ({ node: Number(node), seen: at }));
      const model = { range, fails, change, ancestry: ancestryOf(range), levels: levelsFor(failingEnd, change) };
      const outlook = new Outlook(model, posteriorOf(model, visits), sizes);
      for (const node of nodes) {
        const { bits, chance } = outlook.at(node);
        for (const [k, runs] of sizes.entries()) {
          const brute = enumerated(model, visits, node, runs);
          expect(chance[k]).toBeCloseTo(brute.chance, 4);
          expect(bits[k]).toBeCloseTo(brute.bits, 4);
        }
      }
    },
  );

  it('expects nothing of a node whose state is known', () => {
    const range = line(8);
    const model = {
      range,
      fails: 'old',
      change: 'gone',
      ancestry: ancestryOf(range),
      levels: levelsFor(failingEnd, 'gone'),
    } as const;
    const outlook = new Outlook(model, posteriorOf(model, [{ node: 0, seen: failingEnd }]), sizes);
    for (const bits of outlook.at(0).bits) expect(bits).toBeCloseTo(0, 12);
  });
});

/** Each change is a hypothesis of its own; how likely k clean runs are under it is a quotient of chances of all that was seen. */
function enumerated(model: SearchModel, visits: readonly Visit[], node: number, runs: number) {
  const isKnown = visits.some((visit) => visit.node === node);
  const more = { node, seen: { failures: 0, runs } };
  const after = isKnown ? visits.map((visit) => (visit.node === node ? added(visit, runs) : visit)) : [...visits, more];
  const before = byHypothesis(model, visits);
  const then = byHypothesis(model, after);
  const clean = then.logs.map((log, h) => Math.exp(log - (before.logs[h] ?? 0)));
  const chance = before.masses.reduce((total, mass, h) => total + mass * (clean[h] ?? 0), 0);
  const noise = before.masses.reduce((total, mass, h) => total + mass * entropy(clean[h] ?? 0), 0);
  return { chance, bits: entropy(chance) - noise };
}

function added({ node, seen }: Visit, runs: number): Visit {
  return { node, seen: { ...seen, runs: seen.runs + runs } };
}

/** Of each hypothesis, "nothing changed" the last: its posterior, and the log of the chance of what was seen under it. */
function byHypothesis(model: SearchModel, visits: readonly Visit[]) {
  const { range, ancestry, fails, change: kind, levels } = model;
  const isBeyond = (at: number, h: number) => ancestry.isNew(at, h) === (fails === 'old');
  const total = ancestry.nodes.length;
  const logs = [...ancestry.nodes.keys(), null].map((change) => {
    const prior = kind === 'gone' && change !== null ? 0.15 : 0;
    const clean = visits.filter((visit) => change !== null && isBeyond(visit.node, change));
    const failing = visits.filter((visit) => !clean.includes(visit));
    const given = (low: Visit[]) => {
      const high = failing.filter((visit) => !low.includes(visit));
      return Math.exp(levels.logMarginal('high', sum(high)) + levels.logMarginal('low', sum(low)));
    };
    const beyond = (level: 'clean' | 'spotless') => Math.exp(levels.logMarginal(level, sum(clean)));
    const none = given([]) * beyond('clean');
    const isAlike = (at: number) =>
      visits.every(({ node }) => isBeyond(node, at) === (change !== null && isBeyond(node, change)));
    const reduced = [...ancestry.nodes.keys()].map((at) => {
      const low = failing.filter((visit) => isBeyond(visit.node, at));
      const isNone = sum(low).runs === 0 && !isAlike(at);
      return (isNone ? none : given(low) * beyond('spotless')) / total;
    });
    return Math.log(reduced.reduce((all, one) => all + prior * one, (1 - prior) * none));
  });
  const weights = [...ancestry.nodes.map((at) => (0.95 * (range.weights[at] ?? 0)) / total), 0.05];
  const joint = logs.map((log, h) => (weights[h] ?? 0) * Math.exp(log));
  const all = joint.reduce((a, b) => a + b, 0);
  return { logs, masses: joint.map((one) => one / all) };
}

function sum(visits: readonly Visit[]): Seen {
  return visits.reduce((all, { seen }) => ({ failures: all.failures + seen.failures, runs: all.runs + seen.runs }), {
    failures: 0,
    runs: 0,
  });
}

function entropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p));
}
