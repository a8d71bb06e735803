import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { matchTest } from './match-test.ts';

const forms = { prefixes: ['test/'], suffixes: ['.cc', '.t', '.c'] };
const stems = ['msg-ring', 'msg-ring-fd', 'poll', 'poll-many', 'sq-full-cpp', 'odd.t'];
const match = (name: string) => matchTest(name, stems, forms);

describe('matchTest', () => {
  it.each([
    'msg-ring',
    'msg-ring.t',
    'msg-ring.c',
    'test/msg-ring.t',
    './test/msg-ring.c',
    '../test/msg-ring',
    './msg-ring.t',
    '/home/me/liburing/test/msg-ring.t',
  ])('reads %s as msg-ring', (name) => {
    expect(match(name)).toBe('msg-ring');
  });

  it('prefers the most literal reading', () => {
    expect(match('odd.t')).toBe('odd.t');
    expect(match('odd.t.t')).toBe('odd.t');
  });

  it.each(['msg_ring.t', 'msgring', 'test/mgs-ring.t'])(
    'suggests msg-ring for %s and says how to list tests',
    (name) => {
      expect(() => match(name)).toThrow(UsageError);
      expect(() => match(name)).toThrow(/Near ones: msg-ring[,.].*`flakehunt run --list`/);
    },
  );

  it('suggests nothing for a stranger', () => {
    expect(() => match('qqqqqqq')).toThrow('There is no test "qqqqqqq" in this revision. `flakehunt run --list`');
  });

  it.each(['', '.t', '/', '..', '-f'])('does not choke on %j', (name) => {
    expect(() => match(name)).toThrow(UsageError);
  });
});
