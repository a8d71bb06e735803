import { describe, expect, it } from 'vitest';
import { noDefaults } from '../config/run-keys.ts';
import { UsageError } from '../errors.ts';
import type { RunDefaults } from '../model/settings.ts';
import { type ReplayFlags, readReplayFlags } from './replay-request.ts';

function read(flags: Partial<ReplayFlags>, defaults: Partial<RunDefaults> = {}) {
  return readReplayFlags({ afterDashes: null, ...flags }, { ...noDefaults, ...defaults });
}

describe('a run of a hunt', () => {
  it.each([
    [undefined, 'last', null],
    ['last', 'last', null],
    ['k3f9', 'k3f9', null],
    ['k3f9:477', 'k3f9', 477],
    [':3', 'last', 3],
  ])('%s', (target, hunt, run) => {
    expect(read({ target }).what).toEqual({ kind: 'hunt', hunt, run });
  });

  it.each<Partial<ReplayFlags>>([
    { condition: 'plain' },
    { asRun: '3' },
    { tree: 'lab' },
    { rev: 'v1' },
    { suite: 'lab' },
    { afterDashes: ['-v'] },
  ])('brings %j along', (flags) => {
    expect(() => read({ target: 'last', ...flags })).toThrow(/goes with --seed/);
  });
});

describe('a run of a seed', () => {
  const drawn = { seed: 'AB', condition: 'chaos:pct:2:25' };
  const run = { kind: 'seed', seed: '00000000000000ab', condition: 'chaos:pct:2:25', asRun: 1 };
  const defaults = { tree: '/mine', rev: 'worktree', suite: 'own' };

  it('is of a test in its tree, as the report prints it', () => {
    const flags = { ...drawn, asRun: '17', target: 'msg-ring', tree: 'lab', rev: 'c50340f7228a' };
    expect(read(flags, defaults).what).toEqual({
      ...run,
      asRun: 17,
      what: { kind: 'test', name: 'msg-ring', args: [] },
      tree: 'lab',
      rev: 'c50340f7228a',
      suite: null,
    });
  });

  it('is of a test of the configured tree, where none is named', () => {
    expect(read({ ...drawn, target: 'a', afterDashes: ['-v'] }, defaults).what).toEqual({
      ...run,
      what: { kind: 'test', name: 'a', args: ['-v'] },
      ...defaults,
    });
  });

  it('is of a command', () => {
    const what = { kind: 'command', argv: ['./a.out', 'x'] };
    const nothing = { tree: null, rev: null, suite: null };
    expect(read({ ...drawn, afterDashes: ['./a.out', 'x'] }, defaults).what).toEqual({ ...run, what, ...nothing });
  });

  it.each<[Partial<ReplayFlags>, RegExp]>([
    [{ seed: 'xyz', condition: 'plain', target: 'a' }, /16 hex digits/],
    [{ seed: '1', condition: 'plain' }, /Which test\?/],
    [{ seed: '1', target: 'a' }, /needs --condition/],
    [{ seed: '1', target: 'a', condition: 'plain', asRun: '0' }, /--as-run/],
    [{ seed: '1', condition: 'plain', afterDashes: [] }, /Nothing stands behind/],
  ])('cannot be %j', (flags, message) => {
    expect(() => read(flags)).toThrow(UsageError);
    expect(() => read(flags)).toThrow(message);
  });
});

describe('how often', () => {
  it.each<[Partial<ReplayFlags>, number, boolean]>([
    [{}, 10, false],
    [{ times: '3' }, 3, false],
    [{ untilFail: true }, 1000, true],
    [{ gdb: true }, 1000, true],
    [{ gdb: true, times: '5' }, 5, true],
    [{ strace: true }, 1, false],
    [{ strace: true, times: '2' }, 2, false],
    [{ strace: true, untilFail: true }, 1000, true],
  ])('%j', (flags, times, untilFail) => {
    expect(read(flags)).toMatchObject({ times, untilFail });
  });

  it.each<[Partial<ReplayFlags>, RegExp]>([
    [{ times: '0' }, /--times/],
    [{ gdb: true, strace: true }, /only one of them/],
    [{ gdb: true, json: true }, /leave one out/],
    [{ straceOutput: '/tmp' }, /give --strace too/],
  ])('not %j', (flags, message) => {
    expect(() => read(flags)).toThrow(message);
  });
});
