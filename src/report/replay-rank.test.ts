import { expect, it } from 'vitest';
import { replayRank } from './replay-rank.ts';

it('puts what follows from the seed first, and what is left to luck last, plain before the others', () => {
  const conditions = [
    'noise:switch:2,yield:2',
    'chaos:slack:5',
    'plain',
    'chaos:note',
    'pin:shuffle',
    'chaos:spawn',
    'chaos:handoff',
    'pin:one,chaos:pct:2:25',
  ];
  expect(conditions.toSorted((a, b) => replayRank(a) - replayRank(b))).toEqual([
    'pin:one,chaos:pct:2:25',
    'chaos:handoff',
    'chaos:spawn',
    'pin:shuffle',
    'plain',
    'noise:switch:2,yield:2',
    'chaos:slack:5',
    'chaos:note',
  ]);
});
