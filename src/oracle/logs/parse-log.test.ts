import { describe, expect, it } from 'vitest';
import { findSuite } from '../../suites/index.ts';
import { judge } from '../judge.ts';
import { outcomeWith } from '../sample-outcome.ts';
import { parseLog } from './parse-log.ts';

const rules = findSuite('liburing', []).judge;
const four = 'wait cqe -17\ncqe res 32\ntest_disabled_ring failed\nring flags defer failed\n';

function parse(text: string) {
  return parseLog(new TextEncoder().encode(text), rules);
}

function header(test: string): string {
  return `Running test ${test.padEnd(55)}`;
}

/** Test, verdict and ending of each section. */
function told(text: string): unknown[] {
  return parse(text).sections.map(({ test, judgement, ending }) => [
    test,
    judgement?.verdict ?? 'unknown',
    ending === null
      ? null
      : ending.kind === 'exit'
        ? ending.code
        : ending.kind === 'signal'
          ? `signal ${ending.signal}`
          : ending.kind,
  ]);
}

describe('a log of runtests.sh', () => {
  it('has a section a run, with its ending', () => {
    expect(
      told(
        [
          `${header('nop.t')}0 sec`,
          `${header('poll.t')}1 sec [2]`,
          `${header('accept.t /dev/nvme0n1')}0 sec`,
          `${header('zcrx.t')}Skipped`,
          `${header('pipe.t')}Test skipped`,
          `${header('msg-ring.t')}${four}Test msg-ring.t failed with ret 1`,
          `${header('link.t')}Test link.t timed out (may not be a failure)`,
          `${header('read.t')}timeout: the monitored command dumped core\nTest read.t failed with ret 139`,
          `${header('wq.t')}`,
          'Test run complete, kernel: 6.9.0-rc4 #1 SMP',
        ].join('\n'),
      ),
    ).toEqual([
      ['nop.t', 'pass', 0],
      ['poll.t', 'pass', 0],
      ['accept.t /dev/nvme0n1', 'pass', 0],
      ['zcrx.t', 'skip', 77],
      ['pipe.t', 'skip', null],
      ['msg-ring.t', 'fail', 1],
      ['link.t', 'hang', 'timeout'],
      ['read.t', 'fail', 'signal 11'],
      ['wq.t', 'unknown', null],
    ]);
  });

  it('gives the signature that a hunt gives', () => {
    const hunted = judge(outcomeWith({ output: four }), rules);
    const { sections, kernel } = parse(
      `${header('msg-ring.t')}${four}Test msg-ring.t failed with ret 1\nTest run complete, kernel: 6.9 x\n`,
    );
    expect(sections[0]?.judgement).toEqual(hunted);
    expect(kernel).toBe('6.9 x');
  });

  it('tells last words of a test from the runner where no line break parts them', () => {
    expect(
      told(
        `${header('a.t')}test failed -220 sec\n${header('b.t')}no luckSkipped\n${header('c.t')}badTest c.t failed with ret 2\n`,
      ),
    ).toEqual([
      ['a.t', 'masked', 0],
      ['b.t', 'skip', 77],
      ['c.t', 'fail', 2],
    ]);
    expect(parse(`${header('a.t')}test failed -220 sec\n`).sections[0]?.errnos.map(({ value }) => value)).toEqual([
      -22,
    ]);
  });

  it('does not take a duration that a test prints for the end of it', () => {
    expect(told(`${header('a.t')}slept 5 sec\ncqe res -5\nTest a.t failed with ret 1\n`)).toEqual([['a.t', 'fail', 1]]);
  });

  it('reads names longer than their column', () => {
    const device = '/dev/disk/by-id/nvme-eui.0123456789abcdef0123456789abcdef';
    expect(told(`Running test a.t ${device}0 sec\nRunning test a.t ${device}Skipped\n`)).toEqual([
      [`a.t ${device}`, 'pass', 0],
      [`a.t ${device}`, 'skip', 77],
    ]);
  });

  it('reads older forms', () => {
    expect(
      told(
        'Running test nop:\n\t\t\t 0 sec [1]\nRunning test poll\nTest poll failed with ret 1\nRunning test x\nTest x failed\n',
      ),
    ).toEqual([
      ['nop', 'pass', 0],
      ['poll', 'fail', 1],
      ['x', 'fail', 1],
    ]);
  });

  it('reads lines stamped by continuous integration, and CRLF', () => {
    const stamp = '2026-11-23T12:00:00.1234567Z ';
    expect(told(`${stamp}${header('a.t')}cqe res -5\r\n${stamp}Test a.t failed with ret 1\r\n`)).toEqual([
      ['a.t', 'fail', 1],
    ]);
  });

  it('attaches the kernel log to the test it is blamed on', () => {
    const { sections } = parse(
      `${header('a.t')}Test a.t failed dmesg check\n${header('b.t')}0 sec\nFound dmesg file a.t.seqres.dmesg, outputting:\n` +
        '[ 1.0] BUG: KASAN: slab-use-after-free in io_poll+0x1/0x2\n[ 1.0] Call Trace:\nTests failed (1): <a.t>\n',
    );
    expect(sections.map(({ judgement }) => judgement?.signature?.title ?? null)).toEqual([
      'BUG: KASAN: slab-use-after-free in io_poll',
      null,
    ]);
  });

  it('knows that tests named xfail are there to fail', () => {
    expect(
      told(
        `${header('xfail_a.t')}cqe res -5\n0 sec\n${header('xfail_b.t')}Test xfail_b.t expected fail status 1 but returned 0\n`,
      ),
    ).toEqual([
      ['xfail_a.t', 'pass', 1],
      ['xfail_b.t', 'fail', 0],
    ]);
  });
});

describe('a log of runtests-loop.sh', () => {
  it('numbers loops as it does, also where its beginning is missing', () => {
    const { sections, loops, counts } = parse(
      `${header('a.t')}0 sec\nAll tests passed\nFinished loop 476\n${header('a.t')}cqe res -5\nTest a.t failed with ret 1\n` +
        'Tests failed (1): <a.t>\nTests failed at loop 477\n',
    );
    expect(sections.map(({ loop }) => loop)).toEqual([476, 477]);
    expect(loops).toEqual({ finished: 477, failedAt: 477 });
    expect(counts).toMatchObject({ pass: 1, fail: 1 });
  });

  it('gives the loop still running the next number', () => {
    const { sections, loops } = parse(`${header('a.t')}0 sec\nFinished loop 0\n${header('a.t')}0 sec\n`);
    expect(sections.map(({ loop }) => loop)).toEqual([0, 1]);
    expect(loops).toEqual({ finished: 1, failedAt: null });
  });

  it('is read in one pass, however long', () => {
    const loop = (n: number) => `${header('a.t')}0 sec\n${header('m.t')}wait cqe -17\n0 sec\nFinished loop ${n}\n`;
    const { counts } = parse(Array.from({ length: 20_000 }, (_, n) => loop(n)).join(''));
    expect(counts).toMatchObject({ pass: 20_000, masked: 20_000 });
  });
});

describe('TAP and KTAP', () => {
  it('have a section a point', () => {
    expect(
      told(
        [
          'TAP version 13',
          '1..7',
          'ok 1 - nop',
          '# cqe res -5',
          'not ok 2 - poll',
          'ok 3 - zcrx # SKIP no hardware',
          'not ok 4 - resize # TODO later',
          'not ok 5 selftests: io: link # TIMEOUT 45 seconds',
          'not ok 6 selftests: io: read # exit=2',
          'ok 7',
        ].join('\n'),
      ),
    ).toEqual([
      ['nop', 'pass', null],
      ['poll', 'fail', null],
      ['zcrx', 'skip', null],
      ['resize', 'pass', null],
      ['selftests: io: link', 'hang', 'timeout'],
      ['selftests: io: read', 'fail', 2],
      [null, 'pass', null],
    ]);
  });

  it('leave out a parent that repeats its subtests', () => {
    expect(
      told(
        'KTAP version 1\n1..2\n    KTAP version 1\n    1..2\n    ok 1 a\n    not ok 2 b\nnot ok 1 suite\nok 2 other\n',
      ).map((s) => (s as unknown[])[0]),
    ).toEqual(['a', 'b', 'other']);
  });

  it('name skips by their reason and failures by their diagnosis', () => {
    const { sections } = parse(
      "1..2\nok 1 - a # SKIP no io_uring\nnot ok 2 - b\n#   Failed test 'b'\n#   at t/b.t line 5.\n# got: '-17'\n",
    );
    expect(sections[0]?.judgement?.reason).toBe('no io_uring');
    expect(sections[1]?.judgement?.signature?.title).toContain('not ok 2 - b');
  });
});

describe('any other log', () => {
  it('is one run of unknown ending, a failed one if it looks failed', () => {
    expect(told(four)).toEqual([[null, 'fail', null]]);
    expect(parse(four).sections[0]?.judgement).toEqual(judge(outcomeWith({ output: four }), rules));
    expect(told('all is well\n')).toEqual([[null, 'unknown', null]]);
  });

  it('of the kernel is named by its splat', () => {
    const { sections } = parse(
      '[ 1.0] Linux version 6.18\n[ 9.0] BUG: KASAN: slab-use-after-free in io_poll+0x1/0x2\n[ 9.0] Call Trace:\n[ 9.0]  io_poll+0x1/0x2\n',
    );
    expect(sections[0]?.judgement).toMatchObject({ verdict: 'fail', signature: { kind: 'kernel' } });
  });

  it('that never ends is judged by its beginning and its end', () => {
    const { sections, omittedLines } = parse(`wait cqe -17\n${'y\n'.repeat(50_000)}test_x failed\n`);
    expect(omittedLines).toBe(10_003);
    expect(sections[0]?.judgement?.signature?.title).toBe('wait cqe -17 (EEXIST) > test_x failed');
  });

  it('may be any bytes', () => {
    expect(parseLog(new Uint8Array([0, 255, 254, 10, 13, 10]), rules).format).toBe('plain');
    expect(parse('').sections).toEqual([]);
  });

  it('shows no control characters in names', () => {
    expect(parse(`Running test a\u001b]0;x\u0007.t   0 sec\n`).sections[0]?.test).toBe('a^[]0;x^G.t');
  });
});
