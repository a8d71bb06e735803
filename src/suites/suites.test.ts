import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import type { Ending } from '../model/outcome.ts';
import type { JudgeRules, OutputPattern } from '../model/suite.ts';
import type { Verdict } from '../model/verdict.ts';
import { builtInSuites, commandSuite, findSuite } from './index.ts';

const corpus = new URL('../../fixtures/outputs/', import.meta.url);

interface Case {
  name: string;
  output: string;
  ending: Ending;
  suite: string;
  verdict: Verdict;
}

function corpusCases(): Case[] {
  return readdirSync(corpus)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ file, truth: JSON.parse(readFileSync(new URL(file, corpus), 'utf8')) }))
    .filter(({ truth }) => truth.expect !== undefined)
    .map(({ file, truth }) => ({
      name: file.slice(0, -'.json'.length),
      output: readFileSync(new URL(file.replace(/json$/, 'txt'), corpus), 'utf8'),
      ending: truth.ending,
      suite: truth.suite,
      verdict: truth.expect.verdict,
    }));
}

function someMatch(patterns: OutputPattern[], text: string): boolean {
  return patterns.some(({ pattern }) => new RegExp(pattern, 'm').test(text));
}

function failureLines(rules: JudgeRules, output: string): string[] {
  return output
    .split('\n')
    .filter((line) => someMatch(rules.failurePatterns, line) && !someMatch(rules.ignorePatterns, line));
}

function rulesOf(name: string): JudgeRules {
  return findSuite(name, []).judge;
}

describe('the corpus', () => {
  const exitedWell = corpusCases().filter(({ ending }) => ending.kind === 'exit' && ending.code === 0);

  it('has passing and masked cases', () => {
    expect(exitedWell.map(({ verdict }) => verdict)).toEqual(expect.arrayContaining(['pass', 'masked']));
  });

  it.each(exitedWell.filter(({ verdict }) => verdict === 'pass'))(
    '$name: no line of a passing run is a failure',
    (c) => {
      expect(failureLines(rulesOf(c.suite), c.output)).toEqual([]);
    },
  );
});

describe('liburing output', () => {
  const rules = rulesOf('liburing');

  it.each([
    'wait cqe -17',
    'cqe->res -17',
    'cqe res: -17',
    'ret=-17',
    'got -17',
    'test_disabled_ring failed',
    'Test failed loop 3',
    'FAIL',
    'Unexpected connect: 0',
    "a.t: a.c:3: main: Assertion `ret >= 0' failed.",
    'restart -512',
  ])('counts as a failure: %s', (line) => {
    expect(failureLines(rules, line)).toEqual([line]);
  });

  // All of these were printed by tests that passed.
  it.each([
    'Need ethtool installed',
    "File/device/fs doesn't support polled IO",
    "Can't find exec-target, skipping",
    'This is a pipe test',
    'Unable to map a huge page.  Try increasing /proc/sys/vm/nr_hugepages by at least 1.',
    'Skipping the hugepage test',
    'test_single_timeout: Timeout (imm) not supported, ignored',
    'not root, skipping AT_EMPTY_PATH test',
    "can't register large iovec for regular users, skip",
    '3 ctx switches, expected 1',
    'Needs root, not flagging as an error',
    'cqe res 32',
    'io_uring_enter(-1, 0, 0, 0, (nil))',
    '1-17 of 20',
    'ratio 3/-2/4 0-5',
  ])('is a notice: %s', (line) => {
    expect(failureLines(rules, line)).toEqual([]);
  });
});

describe('liburing refused', () => {
  const { invalidPatterns } = rulesOf('liburing');

  it('is known by the first line of the helper', () => {
    expect(someMatch(invalidPatterns, 'queue_init: Operation not permitted\nring setup failed\n')).toBe(true);
    expect(someMatch(invalidPatterns, 'queue_init: Function not implemented\n')).toBe(true);
  });

  it('is not what happens later, nor another errno', () => {
    expect(someMatch(invalidPatterns, 'wait cqe -17\nqueue_init: Operation not permitted\n')).toBe(false);
    expect(someMatch(invalidPatterns, 'queue_init: Cannot allocate memory\n')).toBe(false);
  });
});

describe('command output', () => {
  const rules = rulesOf('command');

  it.each([
    'not ok 3 - reads back',
    '    not ok 1 nested',
    '--- FAIL: TestX (0.00s)',
    '[  FAILED  ] Suite.case (0 ms)',
    'test result: FAILED. 3 passed; 1 failed;',
    'FAIL: gdb.base/break.exp',
    "prog: f.c:3: main: Assertion `x' failed.",
    '==12==ERROR: AddressSanitizer: heap-use-after-free on address 0x1',
    'f.c:3:7: runtime error: signed integer overflow',
    '==12== ERROR SUMMARY: 2 errors from 1 contexts (suppressed: 0 from 0)',
  ])('counts as a failure: %s', (line) => {
    expect(failureLines(rules, line)).toEqual([line]);
  });

  it.each([
    'tests failed: 0',
    'connect failed, trying again',
    'ERROR: connection refused, trying again',
    'got -17',
    'not ok 3 - flaky one # TODO later',
    'not ok 3 # SKIP no root',
    'FAIL: 0',
    '# FAIL:  0',
    '==12== ERROR SUMMARY: 0 errors from 0 contexts (suppressed: 0 from 0)',
  ])('is left alone: %s', (line) => {
    expect(failureLines(rules, line)).toEqual([]);
  });
});

describe('patterns of all suites', () => {
  const patterns = builtInSuites.flatMap(({ judge }) => [
    ...judge.failurePatterns,
    ...judge.ignorePatterns,
    ...judge.invalidPatterns,
  ]);

  it.each([...new Set(patterns.map(({ pattern }) => pattern))])('%s has bounded, unnested repeats', (pattern) => {
    expect(() => new RegExp(pattern, 'm')).not.toThrow();
    const bare = pattern.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x');
    expect(bare).not.toMatch(/[+*]/);
    expect(bare).not.toMatch(/\([^)]*\{[^)]*\)[{+*]/);
  });
});

describe('findSuite', () => {
  const own = { ...findSuite('liburing', []), name: 'mine' };

  it('finds built-in and own suites', () => {
    expect(findSuite('lab', [own]).name).toBe('lab');
    expect(findSuite('mine', [own])).toBe(own);
  });

  it('names the suites there are, and the one that was meant', () => {
    expect(() => findSuite('liburin', [own])).toThrow(UsageError);
    expect(() => findSuite('liburin', [own])).toThrow(
      'Unknown suite "liburin"; did you mean "liburing"? The suites are mine, liburing, lab, command;',
    );
  });
});

describe('commandSuite', () => {
  it('runs the command where the user stands', () => {
    const suite = commandSuite(['./a.out', '-x'], '/home/u/project');
    expect(suite).toMatchObject({ name: 'command', command: ['./a.out', '-x'], cwd: { path: '/home/u/project' } });
    expect(suite.build).toBeNull();
  });
});
