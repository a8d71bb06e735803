import { describe, expect, it } from 'vitest';
import type { Ending } from '../model/outcome.ts';
import { findSuite } from '../suites/index.ts';
import { excerpt } from './excerpt.ts';
import { judge } from './judge.ts';
import { bareRules, outcomeWith } from './sample-outcome.ts';

const size = 64 * 1024;

/** What makes patterns backtrack: repeats of their own beginnings. A judgement that takes minutes fails by vitest's limit. */
const repeated = [
  ...[
    'a',
    ' ',
    '\n',
    'x\n',
    '1',
    '-',
    '-1 ',
    '#',
    '/',
    './',
    'a/b',
    '/a',
    '/a.',
    'a1-',
    '0x',
    '0xf',
    ':1',
    ':1:1',
    'a: ',
    '= ',
    '\0',
  ],
  ...[
    'Assertion `',
    "Assertion `x' failed ",
    '*** a ',
    '==1== ',
    '==1==    at 0x4: ',
    '#0 0x1 in ',
    'not ok ',
    'ok ',
    'need a ',
  ],
  ...[
    'expected ',
    'got -17 ',
    'failed -17 ',
    'wait cqe -17\n',
    '\u001b[',
    '\u001b[31;',
    '\r',
    '1 sec ',
    'Running test x ',
    'Test x ',
  ],
  ...[
    'runtime error: ',
    ':1:1: runtime error: ',
    'Traceback (most recent call last):\n',
    'panic: x\n',
    'FAILED a.py::',
    'E2BIG ',
  ],
  ...[
    'BUG: ',
    'WARNING: ',
    'Call Trace:\n a+0x1/0x2\n',
    'a+0x',
    'Thread 1 (',
    '#0  a (',
    '  thread 1 a state S wchan ',
    'io_uring_setup ',
  ],
];

const endings: Ending[] = [{ kind: 'exit', code: 0 }, { kind: 'exit', code: 127 }, { kind: 'timeout' }];

describe.each([
  ['no patterns', bareRules],
  ['the patterns of liburing', findSuite('liburing', []).judge],
  ['the patterns of any command', findSuite('command', []).judge],
])('judging by %s', (_name, rules) => {
  it.each(repeated)('64 KiB of %j ends', (piece) => {
    const output = piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
    for (const ending of endings) {
      const outcome = outcomeWith({ output, ending, stacks: output });
      expect(judge(outcome, rules).verdict).toBeTypeOf('string');
      expect(excerpt(outcome, rules).split('\n').length).toBeLessThanOrEqual(12);
    }
    expect(judge(outcomeWith({ kernelLog: output }), rules).verdict).toBe('fail');
  });
});
