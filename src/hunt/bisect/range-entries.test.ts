import { expect, it } from 'vitest';
import type { CommitRange } from '../../source/history-range.ts';
import { joined, rangeEntries, searchRange } from './range-entries.ts';
import { sampleEntries } from './sample-range.ts';

it('equal inputs make equal builds; a commit without the test is like no other', () => {
  const { builds, weights, parents } = searchRange(sampleEntries('aab--a'));
  expect(builds).toEqual([0, 0, 1, 2, 3, 0]);
  expect(weights).toEqual([0, 1, 1, 1, 1, 1]);
  expect(parents).toEqual([[], [0], [1], [2], [3], [4]]);
});

it('a commit that touches the test weighs ten times as much; one that may not be the change, nothing', () => {
  const commits = sampleEntries('abc').map(({ inputs: _, weight: __, exists: ___, ...commit }, node) => ({
    ...commit,
    ...{ treeId: 't', date: commit.authorDate, forkedFrom: [], firstParent: null, candidate: node !== 0 },
  }));
  const range: CommitRange = { commits };
  const inputs = [
    { key: 'a', hot: true, exists: true, touched: [] },
    { key: 'b', hot: true, exists: true, touched: [] },
    { key: 'c', hot: false, exists: false, touched: [] },
  ];
  const entries = rangeEntries(range, inputs);
  expect(entries.map(({ weight, exists, inputs: key }) => [weight, exists, key])).toEqual([
    [0, true, 'a'],
    [10, true, 'b'],
    [1, false, 'c'],
  ]);
});

it('joining two nodes joins all that are built like either', () => {
  const range = searchRange(sampleEntries('abacb'));
  expect(joined(range, 1, 0).builds).toEqual([0, 0, 0, 2, 0]);
  expect(joined(range, 2, 0)).toBe(range);
  expect(range.builds).toEqual([0, 1, 0, 2, 1]);
});
