import { expect, it } from 'vitest';
import { EnvironmentError } from '../errors.ts';
import { fakeEngine } from '../exec/fake-engine.ts';
import type { FakeScript } from '../exec/fake-script.ts';
import type { Engine, EngineJob, EngineRecord } from '../model/engine.ts';
import type { Judgement } from '../model/verdict.ts';
import { parseCondition } from '../perturb/condition-text.ts';
import { liburing } from '../suites/liburing.ts';
import { conductReplay, isFailure, type Replay } from './replay.ts';

const pass = { ending: { kind: 'exit' as const, code: 0 } };
const fail = { ending: { kind: 'exit' as const, code: 1 }, output: 'wait cqe -17\n' };

/** Scripted engines look at the seed and the numbers of runs alone. */
const job = { seed: '0000000000000001', firstRun: 1 } as EngineJob;

function replaying(engine: Engine | FakeScript, changes: Partial<Replay> = {}) {
  return conductReplay({
    engine: 'start' in engine ? engine : fakeEngine(engine),
    job,
    condition: parseCondition('chaos:pct:2:25'),
    asRun: 7,
    seed: '00112233aabbccdd',
    times: 10,
    untilFail: false,
    haltAt: null,
    original: null,
    masked: 'report',
    rules: liburing.judge,
    refusal: null,
    inGuest: false,
    signal: new AbortController().signal,
    onRuns: () => undefined,
    onNote: () => undefined,
    onHalt: () => Promise.resolve(),
    ...changes,
  });
}

it('makes the same run again and again', async () => {
  const counted: number[] = [];
  const end = await replaying({ outcomes: [pass, fail] }, { onRuns: (runs) => void counted.push(runs) });
  expect(end.reason).toBe('times');
  expect(end.summary.outcomeAgreement).toEqual({ runs: 10, asFirst: 10, asOriginal: null });
  expect(end.summary.scheduleAgreement).toEqual({ runs: 10, asFirst: 10, asOriginal: null });
  expect(counted.at(-1)).toBe(10);
});

it('is told the number of the run that is replayed', async () => {
  const end = await replaying({ outcomes: [pass, fail], sequence: [0, 0, 0, 0, 0, 0, 1] }, { times: 3 });
  expect(end.summary.outcomes).toMatchObject([{ count: 3, judgement: { verdict: 'fail' } }]);
  expect(end.failure).toMatchObject({ run: 1 });
});

it('compares with the run that is replayed', async () => {
  const judgement: Judgement = { verdict: 'pass', signature: null, known: null, reason: null };
  const original = { judgement, schedule: 'ffffffffffffffff' };
  const { summary } = await replaying({ outcomes: [pass] }, { original });
  expect(summary.outcomeAgreement.asOriginal).toBe(10);
  expect(summary.scheduleAgreement?.asOriginal).toBe(0);
});

it('ends with the first failing run, and counts none after it', async () => {
  const script: EngineRecord[] = [
    classOf(1, 1, 0),
    tally(1, [[2, 40]]),
    classOf(2, 41, 1),
    tally(1, [[42, 50]]),
    traceOf(41),
    traceOf(42),
    bye,
  ];
  const end = await replaying(recorded(script), { untilFail: true, times: 1000 });
  expect([end.reason, end.summary.runs, end.failure?.run]).toEqual(['failed', 41, 41]);
  expect(end.summary.scheduleAgreement?.runs).toBe(1);
});

it('hands over a run that stands at its failure point, and does not count it', async () => {
  const stops: number[] = [];
  const halt: EngineRecord = { type: 'halt', run: 2, pid: 4711, thread: 4713, at: 'output' };
  let seen: unknown = null;
  const engine = recorded([classOf(1, 1, 0), halt, classOf(2, 2, 1), bye], stops);
  const end = await replaying(engine, {
    untilFail: true,
    haltAt: 'wait cqe',
    async onHalt(record) {
      await Promise.resolve();
      seen = record;
      expect(stops).toHaveLength(1);
    },
  });
  expect(seen).toEqual(halt);
  expect([end.reason, end.halted?.run, end.summary.runs, end.failure]).toEqual(['halted', 2, 1, null]);
  // No new runs meanwhile; then the end of this one.
  expect(stops[0]).toBeGreaterThan(1e8);
  expect(stops.at(-1)).toBe(0);
});

it('cannot be made where a part of the condition is refused', async () => {
  const attempt = replaying({ outcomes: [pass], refuses: { part: 'chaos', text: 'EPERM' } });
  await expect(attempt).rejects.toThrow(EnvironmentError);
  await expect(attempt).rejects.toThrow(/no chaos on this machine: EPERM/);
});

it('ends when it is interrupted, with what there is', async () => {
  const controller = new AbortController();
  const onRuns = (runs: number) => (runs === 3 ? controller.abort() : undefined);
  const script = { outcomes: [pass], paceMs: 1 };
  const end = await replaying(script, { signal: controller.signal, onRuns, times: 5000 });
  expect(end.reason).toBe('interrupted');
  expect(end.summary.runs).toBeLessThan(5000);
  const none = await replaying(script, { signal: AbortSignal.abort() });
  expect([none.reason, none.summary.runs]).toEqual(['interrupted', 0]);
});

it.each([
  ['fail', 'report', null, true],
  ['hang', 'ignore', null, true],
  ['masked', 'report', null, false],
  ['masked', 'fail', null, true],
  ['masked', 'report', 'masked', true],
  ['skip', 'fail', null, false],
  ['invalid', 'fail', 'fail', false],
] as const)('a %s run under --masked %s in place of a %s one is a failure: %s', (verdict, masked, before, expected) => {
  const judged = (of: Judgement['verdict']): Judgement => ({ verdict: of, signature: null, known: null, reason: null });
  const original = before === null ? null : { judgement: judged(before), schedule: null };
  expect(isFailure(judged(verdict), { masked, original })).toBe(expected);
});

const bye: EngineRecord = { type: 'bye', runs: 0, abandoned: 0, reason: 'stop' };

/** An engine that tells these records, whatever it is asked for. */
function recorded(records: EngineRecord[], stops: number[] = []): Engine {
  async function* tell() {
    for (const record of records) yield await Promise.resolve(record);
  }
  const session = { submit: () => undefined, stop: (graceMs: number) => void stops.push(graceMs), records: tell() };
  return { name: 'fake', start: () => Promise.resolve(session) };
}

function classOf(id: number, run: number, code: number): EngineRecord {
  const usage = { wallUs: 4000, userUs: 0, systemUs: 0, maxRssKiB: 0, voluntarySwitches: 0, involuntarySwitches: 0 };
  const output = { bytes: new Uint8Array(), total: 0, cutAt: null };
  const outcome = { ending: { kind: 'exit' as const, code }, usage, output, stacks: null, kernelLog: null, core: null };
  return { type: 'class', id, run, worker: 0, batch: 1, exact: true, schedule: null, outcome };
}

function tally(id: number, runs: [number, number][]): EngineRecord {
  const wall = { sumUs: 0, minUs: 0, maxUs: 0 };
  return { type: 'tally', batch: 1, class: id, runs, count: 0, wall, histogram: [], eachUs: null };
}

function traceOf(run: number): EngineRecord {
  return {
    type: 'trace',
    run,
    batch: 1,
    schedule: '00000000000000aa',
    forced: null,
    lines: '0/0 openat b1d 0 10 11 p -\n',
  };
}
