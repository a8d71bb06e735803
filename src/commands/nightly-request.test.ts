import { describe, expect, it } from 'vitest';
import { noDefaults } from '../config/run-keys.ts';
import { parseShard, readNightlyFlags } from './nightly-request.ts';

describe('readNightlyFlags', () => {
  it('fills in what is usual', () => {
    expect(readNightlyFlags({ tests: [] }, noDefaults)).toMatchObject({
      budgetMs: 3_600_000,
      conditions: ['plain', 'chaos:pct:3'],
      lanes: null,
      shard: null,
      failOn: 'new',
      overload: 'apart',
      changed: false,
    });
  });

  it('takes flags over configured defaults', () => {
    const flags = {
      tests: ['a'],
      tree: 'lab',
      time: '2h',
      condition: ['plain'],
      jobs: '3',
      seed: 'ff',
      failOn: 'worse',
    };
    expect(readNightlyFlags(flags, { ...noDefaults, tree: '/x', suite: 'mine', limitMs: 5 })).toMatchObject({
      tests: ['a'],
      tree: 'lab',
      suite: 'mine',
      budgetMs: 7_200_000,
      conditions: ['plain'],
      lanes: 3,
      limitMs: 5,
      seed: '00000000000000ff',
      failOn: 'worse',
    });
  });
});

describe('parseShard', () => {
  it.each([
    ['1/1', 1, 1],
    ['4/4', 4, 4],
    ['02/10', 2, 10],
  ])('reads %s', (text, index, total) => {
    expect(parseShard(text)).toEqual({ index, total });
  });

  it.each(['', '0/1', '2/1', '1/0', '-1/4', '1/4/2', 'a/b', '1.5/2', '1/20000'])('refuses "%s"', (text) => {
    expect(() => parseShard(text)).toThrow(/^--shard takes the number of a part and of all parts/);
  });
});
