import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import type { JudgeRules } from '../model/suite.ts';
import { findSuite } from '../suites/index.ts';
import { judge } from './judge.ts';
import { bareRules, outcomeWith } from './sample-outcome.ts';

const liburing = findSuite('liburing', []).judge;
const reported = 'wait cqe -17\ncqe res 32\ntest_disabled_ring failed\nring flags defer failed\n';

function explained(rules: JudgeRules): string | undefined {
  return rules.project === 'liburing' ? 'liburing-1135' : undefined;
}

function judged(output: string, rules = bareRules, code = 1) {
  return judge(outcomeWith({ output, ending: { kind: 'exit', code } }), rules);
}

describe('the model case', () => {
  it.each([bareRules, liburing])(
    'has its title and errno under any rules, and its explanation where the project is liburing',
    (rules) => {
      const { verdict, signature, known } = judged(reported, rules);
      expect(verdict).toBe('fail');
      expect(signature?.title).toBe('wait cqe -17 (EEXIST) > test_disabled_ring failed');
      expect(signature?.errnos).toEqual([{ value: -17, name: 'EEXIST', text: 'File exists' }]);
      expect(signature?.kind).toBe('exit');
      expect(signature?.id).toMatch(/^[0-9a-f]{12}$/);
      expect(known?.id).toBe(explained(rules));
    },
  );

  it.each([bareRules, liburing])('is masked where the run exits 0, with a signature of its own', (rules) => {
    const masked = judged('wait cqe -17\n', rules, 0);
    expect(masked.verdict).toBe('masked');
    expect(masked.signature?.title).toBe('wait cqe -17 (EEXIST)');
    expect(masked.known?.id).toBe(explained(rules));
    expect(masked.signature?.id).not.toBe(judged(reported, rules).signature?.id);
  });
});

describe('a signature', () => {
  const id = (output: string) => judged(output).signature?.id;

  it('does not depend on the order of lines, nor on their number', () => {
    expect(id('poll: -5\nsend: -32\nsend: -32\ntest_x failed\n')).toBe(id('send: -32\ntest_x failed\npoll: -5\n'));
  });

  it.each([
    ['addresses', 'bad ptr 0x7ffe0011 -14', 'bad ptr 0x55aa -14'],
    ['pids and counts', 'child 4711 failed -14', 'child 12 failed -14'],
    ['folders', 'open /home/a/x.txt failed: -13', 'open /srv/b/c/x.txt failed: -13'],
    ['temporary names', 'open /tmp/.aB3dEf failed: -13', 'open /tmp/.zZ9yXw failed: -13'],
    ['dates and times', '2024-04-20T10:00:00Z failed: -5', '2026-12-31T23:59:59Z failed: -5'],
    ['durations', 'failed after 12.5 ms', 'failed after 3 s'],
    ['uuids', 'bad 550e8400-e29b-41d4-a716-446655440000', 'bad 123e4567-e89b-12d3-a456-426614174000'],
    ['line numbers', 'foo.c:12 check failed', 'foo.c:345 check failed'],
    ['measures that are negative', 'failed: drift -12 us', 'failed: drift -3 us'],
    ['carriage returns and colours', 'wait -17\r\n', '\u001b[31mwait -17\u001b[0m\n'],
    ['what a runner adds', 'wait -17\n', 'wait -17\nTest msg-ring.t failed with ret 1\n'],
    ['progress', 'step ok\nwait -17\n', 'wait -17\n'],
  ])('does not depend on %s', (_what, one, other) => {
    expect(id(one)).toBe(id(other));
  });

  it.each([
    ['the errno', 'wait -17', 'wait -11'],
    ['the words', 'wait -17', 'peek -17'],
    ['the file', 'open /a/x.txt failed', 'open /a/y.txt failed'],
    ['the grounds of a conclusion', 'cqe res 3\ntest failed', 'no cqe\ntest failed'],
    ['the signal', 'x', 'y'],
  ])('depends on %s', (what, one, other) => {
    if (what === 'the signal') {
      const died = (signal: number) =>
        judge(outcomeWith({ ending: { kind: 'signal', signal, core: false } }), bareRules);
      expect(died(6).signature?.id).not.toBe(died(11).signature?.id);
    } else {
      expect(id(one)).not.toBe(id(other));
    }
  });

  it('of a signal does not depend on the core flag', () => {
    const died = (core: boolean) => judge(outcomeWith({ ending: { kind: 'signal', signal: 11, core } }), bareRules);
    expect(died(true)).toEqual(died(false));
    expect(died(true).signature?.title).toBe('SIGSEGV');
  });

  it('of a silent failure is its exit code', () => {
    expect(judged('').signature?.title).toBe('exit 1 without a word');
    expect(judged('', bareRules, 2).signature?.id).not.toBe(judged('').signature?.id);
  });
});

describe('a run that exits 0', () => {
  it.each([
    'Need ethtool installed',
    "File/device/fs doesn't support polled IO",
    'buffer rings not supported, skipping (-22)',
    'tests failed: 0, passed: 17',
    'cqe res 32',
    'expected -22, ok',
    'open: No such file or directory',
    'ok 1 - wait # SKIP no io_uring',
    'not ok 2 - resize # TODO later',
    '==12==     definitely lost: 0 bytes in 0 blocks',
    '==12== ERROR SUMMARY: 0 errors from 0 contexts',
  ])('and prints "%s" passed', (output) => {
    expect(judged(output, bareRules, 0).verdict).toBe('pass');
  });

  it.each([
    'cqe->res=-14',
    'pipe: Too many open files',
    'not ok 3 - wait',
    "a.t: a.c:5: main: Assertion `x' failed.",
    '*** stack smashing detected ***: terminated',
    '==12==ERROR: LeakSanitizer: detected memory leaks',
    '==12== Invalid read of size 4',
    "thread 'main' panicked at 'boom', src/main.rs:2:5",
  ])('and prints "%s" is masked', (output) => {
    expect(judged(output, bareRules, 0).verdict).toBe('masked');
  });

  it('is masked by a pattern of the suite, unless the line is to be ignored', () => {
    const rules = { ...bareRules, failurePatterns: [{ pattern: 'oops' }], ignorePatterns: [{ pattern: 'harmless' }] };
    expect(judged('oops', rules, 0).verdict).toBe('masked');
    expect(judged('harmless oops', rules, 0).verdict).toBe('pass');
    expect(judged('harmless wait cqe -17', rules, 0).verdict).toBe('pass');
  });

  it('is masked by a pattern over several lines', () => {
    const rules = { ...bareRules, failurePatterns: [{ pattern: 'begin\\nend$' }] };
    expect(judged('x\nbegin\nend\n', rules, 0).signature?.lines).toEqual(['begin', 'end']);
  });
});

describe('what teaches nothing', () => {
  it.each([
    ['ring setup failed: -1', 'kernel.io_uring_disabled'],
    ['queue_init: Function not implemented', 'a kernel without io_uring'],
  ])('%s is invalid', (output, reason) => {
    for (const ending of [
      { kind: 'exit', code: 1 },
      { kind: 'signal', signal: 6, core: false },
      { kind: 'timeout' },
    ] as const) {
      expect(judge(outcomeWith({ output, ending }), bareRules)).toMatchObject({
        verdict: 'invalid',
        signature: null,
        reason: expect.stringContaining(reason),
      });
    }
  });

  it('a refusal after another failure is a finding', () => {
    expect(judged('cqe res -22\nring setup failed: -1\n').verdict).toBe('fail');
  });

  it('lack of memory for a ring is a failure', () => {
    expect(judged('ring setup failed: -12\n').verdict).toBe('fail');
  });

  it('a run that could not start says why', () => {
    const noexec = judge(outcomeWith({ ending: { kind: 'noexec', errno: 13 } }), bareRules);
    expect(noexec).toMatchObject({
      verdict: 'invalid',
      reason: expect.stringMatching(/^could not execute: EACCES \(Permission denied\): the file is not executable/),
    });
    expect(judge(outcomeWith({ ending: { kind: 'lost' } }), bareRules).reason).toContain('its worker was killed');
  });

  it.each([
    ['seccomp', 'chaos does not fit this test: it filters system calls itself (seccomp)'],
    [
      'setuid',
      "chaos does not fit this test: it starts a set-uid program, which an unprivileged user's chaos disables",
    ],
  ] as const)('a run that chaos does not fit (%s) is invalid, whatever it printed', (why, reason) => {
    const judgement = judge(outcomeWith({ ending: { kind: 'unfit', why }, output: 'wait cqe -17\n' }), bareRules);
    expect(judgement).toEqual({ verdict: 'invalid', signature: null, known: null, reason });
  });

  it('exit 127 is invalid with a shell that says so, else a failure', () => {
    expect(judged('sh: 1: nosuch: not found', bareRules, 127).verdict).toBe('invalid');
    expect(judged('wait cqe -17', bareRules, 127).verdict).toBe('fail');
    expect(judged('', bareRules, 126).verdict).toBe('fail');
  });

  it("a suite's own pattern gives its reason", () => {
    const rules = {
      ...bareRules,
      invalidPatterns: [{ pattern: '^no device$', why: 'the machine has no such device' }],
    };
    expect(judged('no device\n', rules).reason).toBe('the machine has no such device');
  });
});

describe('other endings', () => {
  it('a skip code skips, with the last notice as reason, whatever else was printed', () => {
    expect(judged('cqe res -5\nNeed root, skipping\n', bareRules, 77)).toMatchObject({
      verdict: 'skip',
      signature: null,
      reason: 'Need root, skipping',
    });
  });

  it('a splat in the kernel log outranks any other ending', () => {
    const kernelLog = '[   1.2] BUG: KASAN: slab-use-after-free in io_poll+0x12/0x34\n[   1.2] Call Trace:\n';
    for (const ending of [{ kind: 'exit', code: 0 }, { kind: 'exit', code: 77 }, { kind: 'timeout' }] as const) {
      const { verdict, signature } = judge(outcomeWith({ ending, kernelLog }), bareRules);
      expect([verdict, signature?.kind, signature?.title]).toEqual([
        'fail',
        'kernel',
        'BUG: KASAN: slab-use-after-free in io_poll',
      ]);
    }
  });

  it('a panic says so, and is the same failure as without', () => {
    const kernelLog = '[   1.2] kernel BUG at io_uring/msg_ring.c:77!\n[   1.2] RIP: 0010:io_msg_ring+0x8f/0x4a0\n';
    const ending = { kind: 'kernel', what: 'panic' } as const;
    const down = judge(outcomeWith({ ending, kernelLog }), bareRules);
    const alive = judge(outcomeWith({ ending: { kind: 'exit', code: 0 }, kernelLog }), bareRules);
    expect([down.verdict, down.signature?.title]).toEqual(['fail', 'panic: kernel BUG at msg_ring.c in io_msg_ring']);
    expect(down.signature?.id).toBe(alive.signature?.id);
    expect(judge(outcomeWith({ ending }), bareRules)).toMatchObject({
      verdict: 'fail',
      signature: { kind: 'kernel', title: 'kernel panic without a word' },
    });
  });

  it('a guest that stands still hangs', () => {
    expect(judge(outcomeWith({ ending: { kind: 'kernel', what: 'hang' } }), bareRules)).toMatchObject({
      verdict: 'hang',
      signature: { kind: 'hang', title: 'the guest stood still' },
    });
  });

  it('memory that ran out tells nothing of the test', () => {
    const killed = '[   9.1] Out of memory: Killed process 312 (hungry.t) total-vm:812344kB, anon-rss:402112kB';
    const ending = { kind: 'signal', signal: 9, core: false } as const;
    const reason = (kernelLog: string, inGuest: boolean) =>
      judge(outcomeWith({ ending, kernelLog }), bareRules, inGuest).reason;
    expect(reason(killed, true)).toBe(
      'memory ran out (the kernel killed hungry.t); give the guest more with --guest-memory, or run fewer workers',
    );
    expect(reason(killed, false)).toBe('memory ran out (the kernel killed hungry.t); run fewer workers');
    expect(reason(`[ 9.0] BUG: KASAN: double-free in io_free+0x1/0x2\n${killed}`, true)).toBeNull();
  });

  it('a hang is named by what came before it where no thread state was taken', () => {
    const hang = (output: string) => judge(outcomeWith({ ending: { kind: 'timeout' }, output }), bareRules);
    expect(hang('step one\nstep two\n').signature?.title).toBe('step two > hang');
    expect(hang('').signature?.title).toBe('hang without a word');
  });
});

it('names a pattern that is no regular expression', () => {
  expect(() => judged('x', { ...bareRules, failurePatterns: [{ pattern: '(' }] })).toThrow(UsageError);
});
