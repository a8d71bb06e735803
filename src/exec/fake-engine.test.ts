import { expect, test } from 'vitest';
import type { Condition } from '../model/condition.ts';
import type { Batch, EngineJob, EngineRecord } from '../model/engine.ts';
import { parseCondition } from '../perturb/condition-text.ts';
import { mixSeed } from '../stats/random.ts';
import { fakeEngine } from './fake-engine.ts';
import type { FakeScript } from './fake-script.ts';

const seed = '00000000000000ff';
const job = { seed, firstRun: 1 } as EngineJob;
const pass = { ending: { kind: 'exit', code: 0 } } as const;
const fail = { ending: { kind: 'exit', code: 1 } } as const;

const batch = (condition: string, rest: Partial<Batch> = {}): Batch => ({
  id: 1,
  condition: parseCondition(condition),
  jobs: 1,
  runs: 1000,
  ms: null,
  learnt: null,
  replay: null,
  ...rest,
});

async function play(script: FakeScript, ...batches: Batch[]): Promise<EngineRecord[]> {
  const session = await fakeEngine(script).start(job);
  for (const one of batches) session.submit(one);
  const records: EngineRecord[] = [];
  let ended = 0;
  for await (const record of session.records) {
    records.push(record);
    if (record.type === 'batch-end' && ++ended === batches.length) session.stop(0);
  }
  return records;
}

const of = <T extends EngineRecord['type']>(records: EngineRecord[], type: T) =>
  records.filter((record): record is Extract<EngineRecord, { type: T }> => record.type === type);

/** Runs of one batch that ended with exit code 1. */
function failures(records: EngineRecord[], id: number): number {
  const failing = of(records, 'class').find(
    ({ outcome }) => outcome.ending.kind === 'exit' && outcome.ending.code === 1,
  );
  const tallied = of(records, 'tally').filter((tally) => tally.batch === id && tally.class === failing?.id);
  return tallied.reduce((sum, { count }) => sum + count, failing?.batch === id ? 1 : 0);
}

test('a condition has weights of its own', async () => {
  const script = { outcomes: [pass, { ...fail, weight: 0, weights: { 'chaos:pct:2': 1 } }] };
  const records = await play(script, batch('plain'), batch('chaos:pct:2', { id: 2 }));
  expect(failures(records, 1)).toBe(0);
  expect(failures(records, 2)).toBeGreaterThan(400);
  expect(failures(records, 2)).toBeLessThan(600);
});

test('a refused part ends its batches without runs, others go on', async () => {
  const refuses = { part: 'chaos', text: 'seccomp: EPERM' } as const;
  const records = await play({ outcomes: [pass], refuses }, batch('chaos:pct:2'), batch('plain', { id: 2 }));
  expect(of(records, 'refused')).toEqual([{ type: 'refused', batch: 1, ...refuses }]);
  expect(of(records, 'batch-end').map(({ id, runs }) => [id, runs])).toEqual([
    [1, 0],
    [2, 1000],
  ]);
});

test('a part may be refused under some conditions only', async () => {
  const refuses = { part: 'noise' as const, text: 'x', conditions: ['noise:cpu:1@free'] };
  const records = await play({ outcomes: [pass], refuses }, batch('noise:cpu:1@free'), batch('noise:cpu:2@free'));
  expect(of(records, 'refused')).toHaveLength(1);
});

test('effects are those of one run, times the runs', async () => {
  const effects = { 'chaos:pct:2': { events: 200, concurrent: 20, sampled: 1 / 16, migrations: 0.25 } };
  const records = await play(
    { outcomes: [pass], effects },
    batch('plain'),
    batch('chaos:pct:2', { id: 2, runs: 1600 }),
  );
  const told = of(records, 'effect');
  expect(told.map(({ batch, runs, events }) => [batch, runs, events])).toEqual([
    [2, 1000, 200_000],
    [2, 600, 120_000],
  ]);
  expect(told[0]).toMatchObject({ sampled: 63, migrations: 250, horizon: 20, held: 0 });
});

test('a replay draws what the run drew, every time, with one schedule and its trace', async () => {
  const script = { outcomes: [pass, fail] };
  const records = await play(script, batch('chaos:pct:2', { runs: 50 }));
  const failed = of(records, 'class').find(({ id }) => id === 2);
  const run = failed?.run ?? 0;
  const replay = { run, seed: mixSeed(seed, run), haltAt: null };
  const again = await play(script, batch('chaos:pct:2', { runs: 10, replay }));
  expect(failed?.outcome.ending).toEqual(of(again, 'class')[0]?.outcome.ending);
  expect(of(again, 'class')).toHaveLength(1);
  const traces = of(again, 'trace');
  expect(traces.map((trace) => trace.run)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(new Set(traces.map((trace) => trace.schedule))).toEqual(new Set([failed?.schedule]));
  expect(new Set(traces.map((trace) => trace.lines)).size).toBe(1);
  expect(traces[0]?.lines).toMatch(/^(0(\.1)?\/1 [a-z_]+ [0-9a-f]{3} \d+ \d+ \d+ - -\n){6}$/);
});

test.each<[string, Condition['chaos']]>([
  ['plain', null],
  ['chaos:slack:5', { arm: 'slack', ms: 5 }],
])('%s intercepts nothing: no schedule', async (_, chaos) => {
  const one = batch('plain');
  const records = await play({ outcomes: [pass] }, { ...one, condition: { ...one.condition, chaos } });
  expect(of(records, 'class')[0]?.schedule).toBeNull();
});
