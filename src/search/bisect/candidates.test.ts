import { describe, expect, it } from 'vitest';
import type { SearchRange } from '../../model/bisect.ts';
import { mixSeed, seededUniform } from '../../stats/random.ts';
import { ancestryOf } from './ancestry.ts';
import { candidateNodes } from './candidates.ts';
import { levelsFor } from './levels.ts';
import { posteriorOf, type Visit } from './posterior.ts';
import { branchy, line } from './sample-ranges.ts';

const failingEnd = { failures: 3, runs: 30 };

describe('candidateNodes', () => {
  it('looks at all nodes of a short history', () => {
    expect(candidates(line(20)).nodes).toEqual(Array.from({ length: 21 }, (_, node) => node));
  });

  it('looks at a few of a long one, both ends and what is built among them', () => {
    const { nodes } = candidates(line(4000), [{ node: 1000, seen: { failures: 0, runs: 200 } }], [0, 1000, 3001]);
    expect(nodes.length).toBeLessThan(60);
    for (const node of [0, 1000, 3001, 4000]) expect(nodes).toContain(node);
    // Most of the probability lies below 1000.
    expect(nodes.filter((node) => node < 1000).length).toBeGreaterThan(35);
  });

  it('looks again around the best, so that hardly a node is out of reach', () => {
    const all = candidates(line(2000));
    const reached = new Set(all.nodes.flatMap((node) => all.around(node)));
    for (let node = 1; node <= 2000; node++) expect(reached.has(node) || reached.has(node - 1)).toBe(true);
  });

  it('spreads over a history with branches by the probability to be new', () => {
    const range = branchy(600, seededUniform(mixSeed('1', 0)));
    const { nodes } = candidates(range);
    const ancestry = ancestryOf(range);
    const chances = nodes.map((node) => ancestry.nodes.filter((_, h) => ancestry.isNew(node, h)).length / 600);
    expect(chances).toEqual(chances.toSorted((a, b) => a - b));
    const gaps = chances.slice(1).map((chance, i) => chance - (chances[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(0.06);
  });
});

function candidates(range: SearchRange, visits: Visit[] = [], built = [0]) {
  const model = {
    range,
    fails: 'old',
    change: 'gone',
    ancestry: ancestryOf(range),
    levels: levelsFor(failingEnd, 'gone'),
  } as const;
  const posterior = posteriorOf(model, [{ node: 0, seen: failingEnd }, ...visits]);
  return candidateNodes(model, posterior, [...range.builds.keys()], (node) => built.includes(node));
}
