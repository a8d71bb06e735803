import { expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import type { HuntEvent } from '../model/events.ts';
import { findRun } from './find-run.ts';
import { sampleClass, sampleFailure, sampleHeader, sampleSession, sampleTally } from './sample-hunt.ts';

const events: HuntEvent[] = [
  { type: 'hunt', v: 1, t: 0, header: sampleHeader() },
  sampleSession(1),
  { type: 'batch', t: 0, batch: 0, stratum: { condition: 'plain', jobs: 2 }, purpose: 'hunt' },
  sampleClass({ class: 1, run: 1 }),
  sampleClass({ class: 2, run: 4, judgement: sampleFailure(), usage: { ...sampleClass().usage, wallUs: 777 } }),
  sampleTally(
    1,
    [
      [2, 3],
      [5, 6],
      [9, 9],
    ],
    [20, 30, 50, 60, 90],
  ),
  {
    type: 'batch',
    t: 0,
    batch: 1,
    stratum: { condition: 'chaos:pct:2', jobs: 1 },
    purpose: 'hunt',
    learnt: { horizon: 25, spanUs: 4000 },
  },
  { ...sampleTally(2, [[10, 50]]), batch: 1 },
];

test('the first run of a class is found with all that is its own', async () => {
  expect(await findRun(log(), 4)).toMatchObject({
    run: 4,
    first: true,
    wallUs: 777,
    event: { class: 2 },
    stratum: { condition: 'plain' },
    learnt: null,
  });
});

test.each([
  [2, 20],
  [3, 30],
  [5, 50],
  [6, 60],
  [9, 90],
])('run %i is found in a tally with its own duration', async (run, wallUs) => {
  expect(await findRun(log(), run)).toMatchObject({ run, first: false, wallUs, event: { class: 1 } });
});

test('a run of a large tally has a class and a stratum, and no duration is invented', async () => {
  expect(await findRun(log(), 50)).toMatchObject({
    first: false,
    wallUs: null,
    event: { class: 2 },
    stratum: { condition: 'chaos:pct:2' },
    learnt: { horizon: 25 },
  });
});

test('a number beyond the last run is refused with the range', async () => {
  await expect(findRun(log(), 51)).rejects.toThrow(UsageError);
  await expect(findRun(log(), 51)).rejects.toThrow('numbered 1 to 50');
});

test('a run that was cut off is told from one that never was', async () => {
  await expect(findRun(log(), 7)).rejects.toThrow('cut off');
});

test('a hunt without runs says so', async () => {
  await expect(findRun(log(events.slice(0, 2)), 1)).rejects.toThrow('has no runs yet');
});

async function* log(list = events): AsyncGenerator<HuntEvent> {
  yield* list;
}
