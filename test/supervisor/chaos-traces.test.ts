import { describe, expect, test } from 'vitest';
import { parseCondition } from '../../src/perturb/condition-text.ts';
import { numbersOf, range, Session } from './session.ts';
import { readLines, type TraceLine } from './traces.ts';

/** Traces of an ordinary batch, by run number. */
async function tracesOf(
  program: string[],
  condition: string,
  runs: number,
  jobs = 1,
): Promise<Map<number, TraceLine[]>> {
  const session = await Session.start(program);
  await session.run({ runs, jobs, condition: parseCondition(condition), trace: true });
  await session.stop();
  const records = session.records.filter((record) => record.type === 'trace');
  const counted = [...session.classes.map(({ run }) => run), ...session.tallies.flatMap(numbersOf)];
  expect(counted.sort((a, b) => a - b)).toEqual(range(1, runs));
  expect(records.map(({ run }) => run).sort((a, b) => a - b)).toEqual(range(1, runs));
  return new Map(records.map(({ run, lines }) => [run, readLines(lines)]));
}

describe('a batch that is traced', () => {
  test.each(['chaos:note', 'chaos:pct:1', 'chaos:delays:2'])('reports every run under %s', async (condition) => {
    const found = await tracesOf(['race-order'], condition, 20, 2);
    for (const trace of found.values()) {
      expect(trace.some(({ thread, call }) => thread === '0.1' && call === 'read')).toBe(true);
    }
  });

  test('each run draws for itself', async () => {
    const found = await tracesOf(['race-order'], 'chaos:pct:1', 20);
    const orders = [...found.values()].map((trace) => trace.map(({ key, k }) => `${key} ${k}`).join());
    expect(new Set(orders).size).toBeGreaterThan(1);
  });

  test('is empty where nothing is intercepted', async () => {
    const session = await Session.start(['silent']);
    await session.run({ runs: 3, trace: true });
    await session.stop();
    expect(session.records.filter((r) => r.type === 'trace').map(({ lines }) => lines)).toEqual(['', '', '']);
  });
});

describe.each(['name-threads', 'name-processes'])('%s', (program) => {
  const calls = { dup: '0.1', socket: '0.2', eventfd2: '0.3', unlink: '0.4' };

  test.each(['chaos:note', 'chaos:spawn', 'chaos:delays:4', 'noise:cpu:3,chaos:note', 'chaos:pct:2'])(
    'in the order in which they were made, under %s',
    async (condition) => {
      for (const trace of (await tracesOf([program], condition, 60, 2)).values()) {
        const made = trace.filter((line) => line.thread !== '0' && line.call in calls);
        expect(Object.fromEntries(made.map((line) => [line.call, line.thread]))).toEqual(calls);
      }
    },
  );
});

describe('objects', () => {
  test.each(['chaos:note', 'chaos:pct:1'])('are told apart and known again under %s', async (condition) => {
    for (const trace of (await tracesOf(['share-objects'], condition, 10)).values()) {
      const of = (thread: string, call: string) =>
        trace.filter((line) => line.thread === thread && line.call === call).map(({ object }) => object);
      expect(of('0', 'write')).toEqual(['eventfd1', 'eventfd2', 'pipe1']);
      // The child of fork, by a duplicate's number.
      expect(of('0.1', 'write')).toEqual(['eventfd2']);
      expect(of('0.2', 'write')).toEqual(['eventfd2']);
      expect(of('0.2', 'read')).toEqual(['pipe1']);
      const [mine] = of('0', 'futex');
      expect(mine).toMatch(/^futex\d+$/);
      expect(of('0.2', 'futex')).toContain(mine);
      expect(of('0', 'wait4')).toEqual(['-']);
    }
  });

  test('a fork counts from when it happened, whichever call comes first', async () => {
    const found = await tracesOf(['share-objects'], 'chaos:delays:2', 40, 2);
    const epochs = [...found.values()].map((trace) => trace.find(({ call }) => call === 'wait4')?.key.split(' ')[0]);
    expect(new Set(epochs)).toEqual(new Set(['0/1']));
  });
});
