import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SearchRange } from '../../model/bisect.ts';
import { ancestryOf } from './ancestry.ts';
import { graph, isAncestor, line } from './sample-ranges.ts';

describe('ancestryOf', () => {
  it('takes each node of a line but the first for a hypothesis', () => {
    const ancestry = ancestryOf(line(4));
    expect(ancestry.nodes).toEqual([1, 2, 3, 4]);
    expect([0, 1, 2, 3, 4].map((node) => ancestry.newest(node))).toEqual([0, 1, 2, 3, 4]);
    expect(ancestry.isNew(2, 1)).toBe(true);
    expect(ancestry.isNew(2, 2)).toBe(false);
  });

  it('leaves out a commit that changes nothing that is built', () => {
    expect(ancestryOf(line(4, { builds: [0, 1, 1, 2, 2] })).nodes).toEqual([1, 3]);
  });

  it('leaves out a commit that was reverted, and all between it and its revert', () => {
    expect(ancestryOf(line(5, { builds: [0, 1, 2, 3, 1, 4] })).nodes).toEqual([1, 5]);
  });

  it('leaves out a node without weight', () => {
    expect(ancestryOf(line(3, { weights: [0, 1, 0, 1] })).nodes).toEqual([1, 3]);
  });

  it('knows that a commit beside a branch does not have what the branch has', () => {
    // 0 - 1 - 3 - 4, with 2 branching off from 0 and merged in 4.
    const ancestry = ancestryOf(graph([[], [0], [0], [1], [3, 2]]));
    expect(ancestry.nodes).toEqual([1, 2, 3, 4]);
    expect(ancestry.isNew(3, 1)).toBe(false);
    expect(ancestry.isNew(4, 1)).toBe(true);
    expect(ancestry.newest(3)).toBeNull();
  });

  it('leaves out what sets nodes apart that are built alike, on other branches too', () => {
    // Both branches make the same change, so neither commit can be the one that matters.
    expect(ancestryOf(graph([[], [0], [0], [1, 2]], [0, 1, 1, 2])).nodes).toEqual([3]);
  });

  it('agrees with walking up the parents on any history', () => {
    fc.assert(
      fc.property(anyRange, (range) => {
        const ancestry = ancestryOf(range);
        const all = range.parents.map((_, node) => node);
        const isTorn = (h: number) =>
          all.some((a) =>
            all.some((b) => range.builds[a] === range.builds[b] && isAncestor(range, h, a) !== isAncestor(range, h, b)),
          );
        expect(ancestry.nodes).toEqual(all.filter((node) => node > 0 && !isTorn(node)));
        for (const [hypothesis, node] of ancestry.nodes.entries()) {
          const expected = all.filter((other) => isAncestor(range, node, other));
          expect(all.filter((other) => ancestry.isNew(other, hypothesis))).toEqual(expected);
        }
      }),
      { numRuns: 100, seed: 4 },
    );
  });
});

/** Up to 40 nodes, so more than one word of bits; lines among them. */
const anyRange: fc.Arbitrary<SearchRange> = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(3), fc.option(fc.nat(10), { freq: 4 })), { minLength: 1, maxLength: 40 }),
    fc.array(fc.nat(60), { minLength: 41, maxLength: 41 }),
    fc.boolean(),
  )
  .map(([steps, builds, isLine]) => {
    const parents: number[][] = [[]];
    for (const [node, [back, merged]] of [...steps.entries()].map(([i, step]) => [i + 1, step] as const)) {
      const first = isLine ? node - 1 : Math.max(0, node - 1 - back);
      const second = isLine || merged === null ? first : Math.max(0, node - 1 - merged);
      parents.push([...new Set([first, second])]);
    }
    return graph(parents, builds.slice(0, parents.length));
  });
