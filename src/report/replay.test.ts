import { describe, expect, it } from 'vitest';
import type { Divergence, ReplayOutcome, ReplaySummary } from '../model/replay.ts';
import type { Judgement } from '../model/verdict.ts';
import { type ReplayedView, renderReplay, renderReplayHeader } from './replay.ts';
import { replayJson } from './replay-json.ts';
import { nextReplays } from './replay-next.ts';
import { divergenceText, outcomeAgreement, scheduleAgreement } from './replay-text.ts';
import { sampleGuest } from './sample-guest.ts';
import { case1135, pass, sampleHeader } from './sample-summary.ts';

const plain80 = { columns: 80, color: false, unicode: true };
const hash = '3696e80c805e4c9f';
const header = sampleHeader();

function outcome(judgement: Judgement, count: number, firstRun = 1): ReplayOutcome {
  const failed = judgement.verdict === 'fail';
  const excerpt = failed ? 'wait cqe -17\ntest_disabled_ring failed' : '';
  return { judgement, ending: { kind: 'exit', code: failed ? 1 : 0 }, excerpt, stacks: null, count, firstRun };
}

const divergence: Divergence = {
  release: 31,
  of: 44,
  expected: { thread: '0', call: 'io_uring_enter', site: '829', releasedUs: 900 },
  happened: { thread: '0.2', call: 'rt_sigprocmask', site: '907', releasedUs: 1234 },
};

const identical: ReplaySummary = {
  runs: 10,
  outcomes: [outcome(case1135, 10)],
  schedules: [{ hash, count: 10, firstRun: 1, divergence: null }],
  differentSchedules: 1,
  outcomeAgreement: { runs: 10, asFirst: 10, asOriginal: 10 },
  scheduleAgreement: { runs: 10, asFirst: 10, asOriginal: 10 },
};

const mixed: ReplaySummary = {
  runs: 10,
  outcomes: [outcome(case1135, 7, 2), outcome(pass, 3)],
  schedules: [
    { hash, count: 3, firstRun: 1, divergence: null },
    { hash: 'aa', count: 4, firstRun: 2, divergence },
    { hash: 'bb', count: 1, firstRun: 4, divergence: { ...divergence, happened: null } },
    { hash: 'cc', count: 1, firstRun: 5, divergence: { ...divergence, release: 45, expected: null } },
    { hash: 'dd', count: 1, firstRun: 6, divergence },
  ],
  differentSchedules: 5,
  outcomeAgreement: { runs: 10, asFirst: 3, asOriginal: 7 },
  scheduleAgreement: { runs: 10, asFirst: 3, asOriginal: null },
};

function view(changes: Partial<ReplayedView> = {}): ReplayedView {
  return {
    subject: header,
    hunt: { id: header.id, run: 17 },
    original: { judgement: case1135, schedule: hash },
    condition: 'chaos:pct:2:25',
    level: 'L3',
    seed: '00112233aabbccdd',
    asRun: 17,
    limitMs: 60_000,
    guest: null,
    commandLine: ['flakehunt', 'replay', 'last'],
    reason: 'times',
    times: 10,
    elapsedMs: 120,
    summary: identical,
    failures: 10,
    failedRun: 1,
    traces: [],
    ...changes,
  };
}

it('says what is replayed and what may be expected of it', () => {
  expect(renderReplayHeader(view(), plain80)).toMatchInlineSnapshot(`
    "replay     run 17 of 251123-msg-ring-k3f9: fail: wait cqe -17 (EEXIST) >
               test_disabled_ring failed > ring flags defer failed
    test       msg-ring (suite liburing)
    tree       https://github.com/axboe/liburing
    revision   1cbd4cffa881  2024-04-19
               test/wait-timeout: add test for the minimum timeout of a wait with a…
    build      built in 2.5 s, gcc (Debian 12.2.0-14) 12.2.0
    condition  chaos:pct:2:25, seed 00112233aabbccdd
    level      L3: calls of its threads are let go one at a time, in an order drawn
               from the seed: outcome and schedule should be the same each time
    "
  `);
});

it('tells how often it failed, and how far the runs agree', () => {
  expect(renderReplay(view(), plain80)).toMatchInlineSnapshot(`
    "msg-ring failed in 10 of 10 runs

      10  fail: wait cqe -17 (EEXIST) > test_disabled_ring failed > ring fl…; exit 1

           wait cqe -17
           test_disabled_ring failed

    runs       10 in 120 ms
    outcome    10/10 identical, as in the hunt
    schedule   10/10 identical (3696e80c805e4c9f), as in the hunt

    next       flakehunt replay 251123-msg-ring-k3f9:17 --gdb
                 stops where it fails, in gdb
               flakehunt replay 251123-msg-ring-k3f9:17 --strace
                 the system calls of a run, in a file
    "
  `);
});

it('tells where runs part', () => {
  const changes = { summary: mixed, failures: 7, failedRun: 2, level: 'L1' } as const;
  expect(renderReplay(view(changes), plain80)).toMatchInlineSnapshot(`
    "msg-ring failed in 7 of 10 runs

      7  fail: wait cqe -17 (EEXIST) > test_disabled_ring failed > ring fla…; exit 1
      3  pass; exit 0

           wait cqe -17
           test_disabled_ring failed

    runs       10 in 120 ms
    outcome    7/10 as in the hunt, 3/10 as run 1
    schedule   3/10 as run 1 (3696e80c805e4c9f)
               run 2 diverged at release 31 of 44: 0.2 rt_sigprocmask at 907 after
               1.2 ms instead of 0 io_uring_enter at 829, and 3 more like it
               run 4 was over at release 31 of 44, where run 1 went on with 0
               io_uring_enter at 829
               run 5 went on at release 45 with 0.2 rt_sigprocmask at 907 after
               1.2 ms, where run 1 was over
               and 1 more schedule

    next       flakehunt replay 251123-msg-ring-k3f9:17 --gdb
                 stops where it fails, in gdb
               flakehunt replay 251123-msg-ring-k3f9:17 --strace
                 the system calls of a run, in a file
    "
  `);
});

it.each<[string, Partial<ReplayedView>, RegExp]>([
  [
    'passed',
    { failures: 0, failedRun: null, summary: { ...identical, outcomes: [outcome(pass, 10)] } },
    /^msg-ring did not fail in 10 runs$/m,
  ],
  ['failed in the end', { reason: 'failed', failures: 1, failedRun: 57 }, /^msg-ring failed in run 57$/m],
  [
    'was stopped',
    { reason: 'halted', failures: 0, failedRun: 3 },
    /^msg-ring was stopped at its failure point in run 3$/m,
  ],
  ['was interrupted', { reason: 'interrupted', failures: 2 }, /^interrupted: msg-ring failed in 2 of 10 runs$/m],
  ['was traced', { traces: ['/s/a.1', '/s/a.2'] }, /^strace {5}\/s\/a\.1\n {11}\/s\/a\.2$/m],
])('says that it %s', (_, changes, expected) => {
  expect(renderReplay(view(changes), plain80)).toMatch(expected);
});

describe('where no run could pass or fail', () => {
  const unfit = (reason: string, kind: 'unfit' | 'exit' = 'unfit'): Partial<ReplayedView> => {
    const judgement: Judgement = { verdict: 'invalid', signature: null, known: null, reason };
    const ending = kind === 'unfit' ? ({ kind, why: 'seccomp' } as const) : ({ kind, code: 1 } as const);
    const outcomes = [{ ...outcome(judgement, 10), ending }];
    const commandLine = ['flakehunt', 'replay', '--seed', '1', '--condition', 'chaos:pct:1', '--', './own'];
    const summary = { ...identical, outcomes };
    return { hunt: null, original: null, failures: 0, failedRun: null, summary, commandLine };
  };

  it('says so and why in full, and what would tell more', () => {
    const why = 'chaos does not fit this test: it filters system calls itself (seccomp)';
    expect(renderReplay(view(unfit(why)), plain80)).toMatchInlineSnapshot(`
      "msg-ring could not be judged: all 10 runs were invalid

        10  invalid: chaos does not fit this test: it filters system calls itself
            (seccomp)

      runs       10 in 120 ms

      next       flakehunt replay --seed 1 --condition plain -- ./own
                   without what does not go together with it
      "
    `);
  });

  it('names the doctor, where it is for the machine', () => {
    const { outcomes } = identical;
    const refused = nextReplays(view(unfit('io_uring refused', 'exit'))).map(({ command }) => command);
    expect(refused).toEqual(['flakehunt doctor']);
    const skipped = outcomes.map((row) => ({ ...row, judgement: { ...row.judgement, verdict: 'skip' as const } }));
    const text = renderReplay(view({ ...unfit(''), summary: { ...identical, outcomes: skipped } }), plain80);
    expect(text).toMatch(/^msg-ring skipped all 10 runs: nothing was learned about it$/m);
  });
});

it('shows nothing raw that a test wrote', () => {
  const signature = { id: 'aa', kind: 'exit' as const, title: '\u001b[2Jred\u202e', errnos: [], lines: [] };
  const hostile = outcome({ ...case1135, signature }, 1);
  const summary = { ...identical, outcomes: [{ ...hostile, excerpt: '\u001b[31mX\u0007' }] };
  const original = { judgement: hostile.judgement, schedule: null };
  const whole = view({ summary, original, traces: ['/tmp/\u001b[1m'] });
  const text = renderReplayHeader(whole, plain80) + renderReplay(whole, plain80);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});

describe('agreement', () => {
  const of = (runs: number, asFirst: number, asOriginal: number | null) =>
    outcomeAgreement({ ...identical, runs, outcomeAgreement: { runs, asFirst, asOriginal } });

  it.each([
    [10, 10, null, '10/10 identical'],
    [10, 10, 10, '10/10 identical, as in the hunt'],
    [10, 10, 0, '10/10 identical, but not as in the hunt'],
    [10, 8, null, '8/10 as run 1'],
    [10, 8, 8, '8/10 as in the hunt'],
    [10, 8, 2, '2/10 as in the hunt, 8/10 as run 1'],
    [1, 1, null, null],
    [1, 1, 1, 'as in the hunt'],
    [1, 1, 0, 'not as in the hunt'],
    [0, 0, null, null],
  ])('of %i runs, %i as the first and %s as the original', (runs, asFirst, asOriginal, text) => {
    expect(of(runs, asFirst, asOriginal)).toBe(text);
  });

  it('of schedules names the hash, and is none where nothing was intercepted', () => {
    expect(scheduleAgreement(identical)).toEqual([`10/10 identical (${hash}), as in the hunt`]);
    expect(scheduleAgreement({ ...identical, schedules: [], scheduleAgreement: null })).toEqual([]);
  });
});

it.each<[Partial<Divergence>, string]>([
  [{}, 'diverged at release 31 of 44: 0.2 rt_sigprocmask at 907 after 1.2 ms instead of 0 io_uring_enter at 829'],
  [{ of: null }, 'diverged at release 31: 0.2 rt_sigprocmask at 907 after 1.2 ms instead of 0 io_uring_enter at 829'],
  [{ happened: null }, 'was over at release 31 of 44, where run 1 went on with 0 io_uring_enter at 829'],
  [
    { release: 45, expected: null },
    'went on at release 45 with 0.2 rt_sigprocmask at 907 after 1.2 ms, where run 1 was over',
  ],
  [{ release: 45, of: null, expected: null, happened: null }, 'diverged after release 44, the last that was kept'],
])('a divergence with %j', (changes, text) => {
  expect(divergenceText({ ...divergence, ...changes })).toBe(text);
});

describe('what next', () => {
  const commands = (changes: Partial<ReplayedView>) => nextReplays(view(changes)).map(({ command }) => command);
  const elsewhere = [
    'flakehunt',
    'replay',
    '--seed',
    'ab',
    '--condition',
    'plain',
    '--times',
    '3',
    '--',
    './a b',
    '--gdb',
  ];

  it('is a look at the failure', () => {
    expect(commands({})).toEqual([
      `flakehunt replay ${header.id}:17 --gdb`,
      `flakehunt replay ${header.id}:17 --strace`,
    ]);
    expect(commands({ commandLine: ['flakehunt', 'replay', 'last', '--gdb'] })).toEqual([
      `flakehunt replay ${header.id}:17 --strace`,
    ]);
  });

  it('is more runs, where it did not fail', () => {
    expect(commands({ failures: 0, failedRun: null, hunt: null, commandLine: elsewhere })).toEqual([
      "flakehunt replay --seed ab --condition plain --until-fail -- './a b' --gdb",
    ]);
  });

  it('is what it said in the hunt, where it does not fail at all', () => {
    const commandLine = ['flakehunt', 'replay', 'last', '--until-fail'];
    expect(commands({ failures: 0, failedRun: null, commandLine })).toEqual([`flakehunt show ${header.id}:17`]);
  });
});

it('is one document as JSON', () => {
  expect(JSON.parse(replayJson(view(), 1))).toMatchObject({
    v: 1,
    kind: 'replay',
    hunt: header.id,
    run: 17,
    level: 'L3',
    exitCode: 1,
    agreement: { outcome: { runs: 10, asFirst: 10, asOriginal: 10 } },
  });
});

it('in a guest says in which, and offers no tool that cannot look into it', () => {
  const guest = sampleGuest;
  const wide = { ...plain80, columns: 110 };
  expect(renderReplayHeader(view({ guest }), wide)).toContain(
    'Linux 6.1.0-50-cloud-amd64 in a guest (qemu 7.2.22, tcg;',
  );
  expect(renderReplay(view({ guest }), wide)).not.toMatch(/--gdb|--strace/);
  const passed = { guest, failures: 0, failedRun: null, commandLine: ['flakehunt', 'replay', 'last', '--kernel', 'x'] };
  expect(renderReplay(view(passed), wide)).toContain(":17 --until-fail --kernel 'deb:6.1.*' --guests 2");
});
