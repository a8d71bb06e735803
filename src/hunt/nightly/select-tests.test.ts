import { describe, expect, it } from 'vitest';
import { lab } from '../../suites/lab.ts';
import { selectTests, testsOfShard } from './select-tests.ts';

const stems = ['msg-ring', 'nop', 'poll', 'poll-many'];
const forms = lab.nameForms;

describe('selectTests', () => {
  it.each([
    [[], stems],
    [['poll*'], ['poll', 'poll-many']],
    [
      ['test/poll.t', './test/nop.c'],
      ['nop', 'poll'],
    ],
    [['test/*-*.t'], ['msg-ring', 'poll-many']],
    [
      ['p*', 'poll', 'nop'],
      ['nop', 'poll', 'poll-many'],
    ],
  ])('%j gives %j, in the order of the suite', (asked, found) => {
    expect(selectTests(asked, stems, forms)).toEqual(found);
  });

  it('says what is none', () => {
    expect(() => selectTests(['x*'], stems, forms)).toThrow('No test matches "x*".');
    expect(() => selectTests(['pol'], stems, forms)).toThrow(
      'There is no test "pol" in this revision. Near ones: poll',
    );
  });
});

describe('testsOfShard', () => {
  const tests = Array.from({ length: 256 }, (_, at) => `test-${at}`);
  const shards = (total: number, of: string[] = tests) =>
    Array.from({ length: total }, (_, at) => testsOfShard(of, { index: at + 1, total }));

  it.each([1, 2, 3, 7, 16])('%i shards have each test once', (total) => {
    expect(shards(total).flat().sort()).toEqual([...tests].sort());
  });

  it('has about as many in each', () => {
    for (const shard of shards(4)) expect(Math.abs(shard.length - 64)).toBeLessThan(25);
  });

  it('keeps a test where it is when others come and go', () => {
    const fewer = tests.filter((_, at) => at % 3 !== 0);
    for (const [at, shard] of shards(4, fewer).entries()) {
      expect(shard).toEqual(shards(4)[at]?.filter((test) => fewer.includes(test)));
    }
  });

  it('is the same on every machine', () => {
    expect(testsOfShard(stems, { index: 1, total: 2 })).toEqual(['msg-ring', 'nop']);
  });
});
