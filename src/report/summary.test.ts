import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../errors.ts';
import type { HuntEvent } from '../model/events.ts';
import type { Verdict } from '../model/verdict.ts';
import { filledCondition } from '../perturb/fill-learnt.ts';
import { mixSeed } from '../stats/random.ts';
import { sampleClass, sampleFailure, sampleHeader, sampleSession, sampleTally } from '../store/sample-hunt.ts';
import { createSummary } from './summary.ts';

const header: HuntEvent = { type: 'hunt', v: 1, t: 0, header: sampleHeader() };

function batch(id: number, jobs = 1, t = 0): HuntEvent {
  return { type: 'batch', t, batch: id, stratum: { condition: 'plain', jobs }, purpose: 'hunt' };
}

function failing(id: number, run: number, verdict: Verdict = 'fail', more = {}): HuntEvent {
  return sampleClass({ class: id, run, judgement: { ...sampleFailure(), verdict }, ...more });
}

function fold(...events: HuntEvent[]) {
  const summary = createSummary(filledCondition);
  for (const event of events) summary.apply(event);
  return summary.snapshot();
}

const start = [header, sampleSession(1), batch(0)];

describe('counting', () => {
  it('counts the first run of a class once and its tallies after it', () => {
    const summary = fold(...start, sampleClass({ class: 1, run: 1 }), sampleTally(1, [[2, 90]]), failing(2, 91));
    expect(summary).toMatchObject({ runs: 91, classes: 2, sessions: 1, ended: null });
    expect(summary.counts).toEqual({ pass: 90, fail: 1, masked: 0, skip: 0, hang: 0, invalid: 0 });
    expect(summary.signatures).toMatchObject([{ count: 1, firstRun: 91, sampleRuns: [91], always: false }]);
  });

  it('merges classes with one signature, but not masked with failed ones', () => {
    const { signatures } = fold(
      ...start,
      failing(1, 9),
      failing(2, 4),
      failing(3, 5, 'masked'),
      sampleTally(2, [
        [6, 8],
        [12, 40],
      ]),
    );
    expect(signatures.map(({ verdict, count, firstRun }) => [verdict, count, firstRun])).toEqual([
      ['fail', 34, 4],
      ['masked', 1, 5],
    ]);
    expect(signatures[0]?.sampleRuns).toEqual([4, 6, 7, 8, 9, 12, 13, 14, 15, 16]);
  });

  it('shows the output of the lowest run, whichever came first', () => {
    const first = failing(1, 9, 'fail', { excerpt: 'nine', output: { file: '1', total: 4, cutAt: null } });
    const second = failing(2, 4, 'fail', { excerpt: 'four', output: { file: '2', total: 4, cutAt: null } });
    expect(fold(...start, first, second).signatures).toMatchObject([{ excerpt: 'four', outputFile: '2' }]);
    expect(fold(...start, second, first).signatures).toMatchObject([{ excerpt: 'four', outputFile: '2' }]);
  });

  it('leaves skipped and invalid runs out of every denominator and keeps their reasons', () => {
    const because = (verdict: 'skip' | 'invalid', reason: string | null) => ({
      judgement: { verdict, signature: null, known: null, reason },
    });
    const summary = fold(
      ...start,
      sampleClass({ class: 1, run: 1, ...because('skip', null) }),
      sampleClass({ class: 2, run: 2, ...because('invalid', 'io_uring refused') }),
      sampleClass({ class: 3, run: 3, ...because('invalid', 'io_uring refused') }),
      failing(4, 4, 'hang'),
      sampleClass({ class: 5, run: 5 }),
    );
    expect(summary.strata).toMatchObject([{ eligible: 2 }]);
    expect(summary.signatures[0]?.rates).toMatchObject([{ rate: { failures: 1, runs: 2, observed: 0.5 } }]);
    expect(summary.reasons).toEqual([
      { verdict: 'invalid', reason: 'io_uring refused', count: 2, firstRun: 2 },
      { verdict: 'skip', reason: 'no reason given', count: 1, firstRun: 1 },
    ]);
  });

  it('says always from five runs that could have failed, all with that signature', () => {
    const skip = sampleClass({
      class: 2,
      run: 9,
      judgement: { verdict: 'skip', signature: null, known: null, reason: null },
    });
    const always = (...more: HuntEvent[]) => fold(...start, failing(1, 1), ...more).signatures[0]?.always;
    expect(always(sampleTally(1, [[2, 4]]))).toBe(false);
    expect(always(sampleTally(1, [[2, 5]]))).toBe(true);
    expect(always(sampleTally(1, [[2, 5]]), skip)).toBe(true);
    expect(always(sampleTally(1, [[2, 5]]), sampleClass({ class: 3, run: 6 }))).toBe(false);
  });

  it('keeps the rates of strata apart, those without a failure too', () => {
    const { strata, signatures } = fold(
      ...start,
      sampleClass({ class: 1, run: 1 }),
      sampleTally(1, [[2, 100]]),
      { type: 'batch-end', t: 30, batch: 0, runs: 100, elapsedUs: 500_000 },
      batch(1, 8, 30),
      { ...sampleTally(1, [[101, 199]]), batch: 1 },
      failing(2, 200, 'fail', { batch: 1 }),
    );
    expect(strata.map(({ stratum, eligible }) => [stratum.jobs, eligible])).toEqual([
      [1, 100],
      [8, 100],
    ]);
    expect(signatures[0]?.rates.map(({ stratum, rate }) => [stratum.jobs, rate.failures, rate.runs])).toEqual([
      [1, 0, 100],
      [8, 1, 100],
    ]);
  });

  it('does not count what the log does not explain, and says so', () => {
    const summary = fold(...start, sampleTally(7, [[1, 5]]));
    expect(summary.runs).toBe(0);
    expect(summary.notes).toEqual(['5 runs are left out of every count: the log does not tell what they gave.']);
  });

  it('keeps each note once', () => {
    const note: HuntEvent = { type: 'note', t: 1, text: 'class table full, sampling' };
    expect(fold(...start, note, note).notes).toEqual(['class table full, sampling']);
  });
});

describe('time', () => {
  it('takes the time of a finished batch from the engine and of an open one from the log', () => {
    const open = { ...sampleTally(1, [[2, 31]]), t: 400, batch: 1 };
    const summary = fold(
      ...start,
      sampleClass({ class: 1, t: 100 }),
      { type: 'batch-end', t: 300, batch: 0, runs: 1, elapsedUs: 250_000 },
      batch(1, 2, 300),
      open,
    );
    expect(summary.strata.map(({ elapsedMs, runsPerSecond }) => [elapsedMs, runsPerSecond])).toEqual([
      [250, 4],
      [100, 300],
    ]);
    expect(summary.elapsedMs).toBe(350);
  });

  it('gives each of several batches in line its own time', () => {
    const other: HuntEvent = { ...batch(1, 1, 0), stratum: { condition: 'chaos:pct:2', jobs: 1 } } as HuntEvent;
    const ended = { type: 'batch-end', t: 100, batch: 0, runs: 1, elapsedUs: 90_000 } as const;
    const waiting = fold(...start, other, sampleClass({ class: 1, t: 60 }));
    expect(waiting.strata.map(({ elapsedMs }) => elapsedMs)).toEqual([60, 0]);
    expect(waiting.current).toEqual({ condition: 'plain', jobs: 1 });
    const { strata, current } = fold(...start, other, sampleClass({ class: 1, t: 60 }), ended, batch(2, 1, 130));
    expect(strata.map(({ elapsedMs }) => elapsedMs)).toEqual([90, 30]);
    expect(current).toEqual({ condition: 'chaos:pct:2', jobs: 1 });
  });

  it('does not count the pause between a killed session and the next one', () => {
    const summary = fold(
      ...start,
      sampleClass({ class: 1, t: 1000 }),
      { ...sampleSession(2), t: 9_000_000 },
      batch(1, 1, 9_000_000),
      sampleClass({ class: 2, run: 2, batch: 1, t: 9_000_500 }),
    );
    expect(summary).toMatchObject({ elapsedMs: 1500, sessions: 2, runs: 2 });
  });

  it('never runs backwards when the clock does', () => {
    const summary = fold(
      ...start,
      sampleClass({ class: 1, t: 1000 }),
      sampleClass({ class: 2, run: 2, t: -50_000 }),
      sampleClass({ class: 3, run: 3, t: -49_000 }),
    );
    expect(summary.elapsedMs).toBe(2000);
  });

  it('tells how long the hunt took to the first failure', () => {
    expect(fold(...start, failing(1, 70, 'fail', { t: 1234 })).signatures[0]?.firstAfterMs).toBe(1234);
  });

  it('gives durations in microseconds, and none before the first run', () => {
    expect(fold(...start).wall).toBeNull();
    const summary = fold(...start, sampleClass({ class: 1 }), sampleTally(1, [[2, 1000]]));
    expect(summary.wall).toEqual({ minUs: 4000, medianUs: 4000, p99Us: 4000, maxUs: 4000 });
  });

  it('takes durations of the base condition where there are several', () => {
    const auto: HuntEvent = {
      ...header,
      header: { ...sampleHeader(), conditions: ['plain', 'chaos:pct:2'] },
    } as HuntEvent;
    const other: HuntEvent = { ...batch(1), stratum: { condition: 'chaos:pct:2', jobs: 1 } } as HuntEvent;
    const slow = { ...sampleClass().usage, wallUs: 90_000 };
    const { wall } = fold(
      auto,
      ...start.slice(1),
      sampleClass({ class: 1 }),
      other,
      failing(2, 2, 'fail', { batch: 1, usage: slow }),
    );
    expect(wall?.maxUs).toBe(4000);
  });

  it('leaves runs that could not fail out of the durations, as out of every denominator', () => {
    const quick = { ...sampleClass({ class: 2 }).usage, wallUs: 1 };
    const invalid = failing(2, 1001, 'invalid', { usage: quick });
    const skipped = failing(3, 1002, 'skip', { usage: quick });
    const ran = [sampleClass({ class: 1 }), sampleTally(1, [[2, 1000]])];
    expect(fold(...start, ...ran, invalid, skipped, sampleTally(2, [[1003, 9000]])).wall?.minUs).toBe(4000);
    expect(fold(...start, invalid, skipped).wall).toBeNull();
  });
});

describe('perturbation', () => {
  const chaotic: HuntEvent = { ...batch(7), stratum: { condition: 'chaos:pct:2', jobs: 1 } } as HuntEvent;
  const effect = (more: object): HuntEvent => ({
    type: 'effect',
    t: 0,
    batch: 7,
    runs: 10,
    threads: 30,
    events: 400,
    concurrent: 250,
    held: 200,
    heldUs: 9000,
    releases: 190,
    points: 8,
    cancelled: 0,
    voluntarySwitches: 500,
    involuntarySwitches: 5,
    sampled: 1,
    migrations: 2,
    horizon: 24,
    ...more,
  });

  it('sums what happened per stratum; the horizon is the last one', () => {
    const { strata } = fold(...start, chaotic, effect({}), effect({ runs: 5, events: 100, horizon: 26 }));
    expect(strata[0]?.effect).toBeNull();
    expect(strata[1]?.effect).toMatchObject({ runs: 15, threads: 60, events: 500, held: 400, points: 16, horizon: 26 });
  });

  it('keeps a refusal once, also one from before the first batch', () => {
    const refused = { type: 'refused', t: 0, batch: 7, part: 'chaos', text: 'seccomp is refused (EACCES)' } as const;
    const { refused: kept, strata } = fold(header, refused, ...start.slice(1), chaotic, { ...refused, batch: 8 });
    expect(kept).toEqual([{ part: 'chaos', text: 'seccomp is refused (EACCES)' }]);
    expect(strata).toHaveLength(2);
  });

  it('names the failing run that is likeliest to fail again: one under pct, else the first', () => {
    const spawn: HuntEvent = { ...batch(8), stratum: { condition: 'chaos:spawn', jobs: 1 } } as HuntEvent;
    const events = [...start, failing(1, 3), spawn, failing(2, 20, 'fail', { batch: 8 })];
    const again = (...more: HuntEvent[]) => fold(...events, ...more).signatures[0]?.reproducer;
    expect(again()).toMatchObject({ run: 20, condition: 'chaos:spawn' });
    const pct = [chaotic, failing(3, 40, 'fail', { batch: 7 }), { ...sampleTally(3, [[31, 39]]), batch: 7 }];
    expect(again(...pct)).toEqual({ run: 31, seed: mixSeed(sampleHeader().seed, 31), condition: 'chaos:pct:2' });
    expect(fold(...start, failing(1, 3), sampleTally(1, [[4, 9]])).signatures[0]?.reproducer.run).toBe(3);
  });

  it('names no run of chaos that repeats nothing, nor of an arm that did nothing, where the test fails without', () => {
    const under = (condition: string, ...more: HuntEvent[]) => {
      const arm = { ...chaotic, stratum: { condition, jobs: 1 } } as HuntEvent;
      return fold(...start, arm, failing(1, 3, 'fail', { batch: 7 }), ...more).signatures[0]?.reproducer;
    };
    expect(under('chaos:slack:5', failing(2, 20))).toMatchObject({ run: 20, condition: 'plain' });
    const idle = effect({ concurrent: 0 });
    expect(under('chaos:pct:2', idle, failing(2, 20))).toMatchObject({ run: 20, condition: 'plain' });
    expect(under('chaos:pct:2', idle)?.run).toBe(3);
  });
});

describe('sessions', () => {
  const end: HuntEvent = { type: 'end', t: 5, reason: 'interrupted', abandoned: 2, exitCode: 130 };

  it('knows how the hunt ended, until it is resumed', () => {
    expect(fold(...start, end).ended).toEqual({ reason: 'interrupted', exitCode: 130, abandoned: 2 });
    expect(fold(...start, end, sampleSession(3)).ended).toBeNull();
  });

  it('shows the stop rules of the last session', () => {
    const stop = { loops: null, timeMs: 5, failures: null, untilRate: null };
    const session: HuntEvent = { type: 'session', t: 0, firstRun: 1, supervisor: 'x', stop };
    expect(fold(header, session).header.stop).toEqual(stop);
  });

  it('refuses a log without its first line', () => {
    expect(() => createSummary(filledCondition).snapshot()).toThrow(EnvironmentError);
  });
});

it('gives snapshots that later events do not change', () => {
  const summary = createSummary(filledCondition);
  for (const event of [...start, failing(1, 1)]) summary.apply(event);
  const before = summary.snapshot();
  const copy = structuredClone(before);
  summary.apply(sampleTally(1, [[2, 50]]));
  expect(before).toEqual(copy);
  expect(summary.totals()).toMatchObject({ runs: 50 });
});
