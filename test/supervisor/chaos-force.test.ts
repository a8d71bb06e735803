import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { parseCondition, plainCondition } from '../../src/perturb/condition-text.ts';
import { eventOf, eventsOf, force, tracesOf } from './forced.ts';
import { Session } from './session.ts';
import type { TraceLine } from './traces.ts';

const RUNS = 50;

const call = (thread: string, name: string, object: string) => (line: TraceLine) =>
  line.thread === thread && line.call === name && line.object === object;

/** Program; the event that makes it fail when it comes first; the one it should have waited for. */
const races: [program: string, early: (line: TraceLine) => boolean, awaited: (line: TraceLine) => boolean][] = [
  ['race-order', call('0.1', 'read', 'eventfd1'), call('0', 'write', 'eventfd1')],
  ['race-fork', call('0', 'read', 'pipe1'), call('0.1', 'write', 'pipe1')],
  ['race-ring', call('0', 'io_uring_enter', 'ring1'), call('0.1', 'io_uring_enter', 'ring1')],
];

describe.each(races)('%s', (program, early, awaited) => {
  /** The order that makes it fail, and the other one; null where the program cannot run. */
  async function orders(): Promise<Record<'bad' | 'good', [string, string]> | null> {
    const session = await Session.start([program]);
    await session.run({ runs: 1 });
    if (session.runsByEnding['exit:77'] !== undefined) return null;
    const [first = '', second = ''] = await eventsOf([program], early, awaited);
    return { bad: [first, second], good: [second, first] };
  }

  test.each<[where: string, runs: number, beside: Parameters<typeof force>[3]]>([
    ['as it is', RUNS, {}],
    ['beside a load', 20, { noise: 'noise:cpu:4,yield:2' }],
    ['on one CPU', 20, { noise: 'pin:one' }],
    ['with several workers', 20, { jobs: 3 }],
  ])('%s fails in every run in one order, and in none in the other', async (_, runs, beside) => {
    const found = await orders();
    // io_uring is refused here.
    if (found === null) return;
    expect(await force([program], found.bad, runs, beside)).toMatchObject({ failed: runs, forced: runs });
    expect(await force([program], found.good, runs, beside)).toMatchObject({ failed: 0, forced: runs });
  });
});

test('a call that sleeps is done: who wakes it may go on', async () => {
  const [sleep = '', wake = ''] = await eventsOf(
    ['race-wake'],
    call('0', 'futex', 'futex1'),
    call('0.1', 'futex', 'futex1'),
  );
  expect(await force(['race-wake'], [sleep, wake], 20)).toMatchObject({ failed: 0, forced: 20 });
  expect(await force(['race-wake'], [wake, sleep], 10)).toMatchObject({ failed: 10, forced: 10 });
});

test('a sleep that ends by itself is waited for', async () => {
  const [read = '', write = ''] = await eventsOf(
    ['race-sleeps'],
    call('0', 'read', 'eventfd1'),
    call('0.1', 'write', 'eventfd1'),
  );
  expect(await force(['race-sleeps'], [write, read], 5)).toMatchObject({ failed: 0, forced: 5 });
});

describe('what cannot be had', () => {
  test('an order against a join is infeasible, in bounded time', async () => {
    const [write = '', read = ''] = await eventsOf(
      ['order-joined'],
      call('0.1', 'write', 'eventfd1'),
      call('0', 'read', 'eventfd1'),
    );
    const against = await force(['order-joined'], [read, write], 20);
    expect(against).toMatchObject({ failed: 0, forced: 0, infeasible: 20, absent: 0 });
    // 20 ms of rest each, and what a loaded machine adds.
    expect(against.elapsedUs).toBeLessThan(20 * 300_000);
    const along = await force(['order-joined'], [write, read], 20);
    expect(along).toMatchObject({ failed: 0, forced: 20, infeasible: 0 });
    expect(await force(['order-joined'], [read, write], 5, { mode: 'interleave' })).toMatchObject({ infeasible: 5 });
  });

  test('an event that never comes is absent, whichever it is', async () => {
    const [read = '', write = ''] = await eventsOf(
      ['race-order'],
      call('0.1', 'read', 'eventfd1'),
      call('0', 'write', 'eventfd1'),
    );
    const never = read.replace(/\d+$/, '9');
    for (const mode of ['order', 'interleave'] as const) {
      for (const pair of [[never, write] as const, [write, never] as const]) {
        const found = await force(['race-order'], pair, 10, { mode });
        expect(found).toMatchObject({ forced: 0, infeasible: 0, absent: 10 });
        expect(found.elapsedUs).toBeLessThan(10 * 300_000);
      }
    }
  });

  test('a thread that runs on and on is not waited for beyond a quarter of the time limit', async () => {
    const [end = ''] = await eventsOf(['spin-then-write'], call('0', 'write', 'eventfd1'));
    const found = await force(['spin-then-write'], [end.replace(/\d+$/, '9'), end], 1, {}, { limitMs: 1000 });
    expect(found).toMatchObject({ failed: 0, absent: 1 });
    expect(found.session.runsByEnding).toEqual({ 'exit:0': [1] });
  });

  test('a run that hangs by itself still meets its limit', async () => {
    const session = await Session.start(['hang-threads'], { limitMs: 200 });
    const text = 'chaos:force:order:done:0.1/0:futex:1:0<0.2/0:futex:1:0';
    await session.run({ runs: 1, condition: parseCondition(text), trace: true });
    expect(session.runsByEnding).toEqual({ timeout: [1] });
    expect(session.records.find((r) => r.type === 'trace')).toMatchObject({ forced: 'absent' });
  });
});

describe('while a thread is held', () => {
  /** A session in the middle of a hold of a second. */
  async function inTheMiddle(): Promise<Session> {
    const [end = ''] = await eventsOf(['spin-then-write'], call('0', 'write', 'eventfd1'));
    const session = await Session.start(['spin-then-write']);
    const condition = parseCondition(`chaos:force:order:done:${end.replace(/\d+$/, '9')}<${end}`);
    session.submit({ runs: 1, condition });
    while (session.survivors().length === 0) await sleep(10);
    await sleep(200);
    return session;
  }

  test('SIGKILL of the supervisor leaves nothing', async () => {
    const session = await inTheMiddle();
    session.kill('SIGKILL');
    expect(await session.aftermath()).toEqual([]);
  });

  test('stop cuts the run off', async () => {
    const session = await inTheMiddle();
    expect(await session.stop()).toMatchObject({ runs: 0, abandoned: 1 });
    expect(session.survivors()).toEqual([]);
  });
});

describe('how an order is forced', () => {
  const pair = async () =>
    (await eventsOf(['race-order'], call('0.1', 'read', 'eventfd1'), call('0', 'write', 'eventfd1'))) as [
      string,
      string,
    ];

  test('with an offset: so much later, and the trace says that it was held', async () => {
    const [read, write] = await pair();
    const { session } = await force(['race-order'], [read, write], 10, { offsetUs: 5000, trace: true });
    const traces = tracesOf(session).filter(({ forced }) => forced === 'yes');
    expect(traces).toHaveLength(10);
    for (const { lines } of traces) {
      const first = lines.find((line) => line.call === 'read' && line.thread === '0.1');
      const second = lines.find((line) => line.call === 'write' && line.object === 'eventfd1');
      expect((second?.releasedUs ?? 0) - (first?.releasedUs ?? 0)).toBeGreaterThanOrEqual(5000);
      expect(second?.decision).toMatch(/^h\d+$/);
      expect(first?.decision).toBe('-');
    }
  });

  test('interleaved: neither before both have come, and the first goes first', async () => {
    const [read, write] = await pair();
    for (const [first, second] of [
      [read, write],
      [write, read],
    ] as const) {
      const how = { mode: 'interleave' as const, after: 'release' as const, trace: true };
      const { session } = await force(['race-order'], [first, second], 20, how);
      for (const { forced, lines } of tracesOf(session)) {
        const of = (name: string) => lines.findIndex((line) => eventOf(line) === name);
        expect(forced).toBe('yes');
        expect(of(first)).toBeLessThan(of(second));
        expect(lines[of(first)]?.releasedUs).toBeGreaterThanOrEqual(lines[of(second)]?.arrivedUs ?? Infinity);
      }
    }
  });

  test('plain batches beside it say nothing of an order', async () => {
    const [read, write] = await pair();
    const session = await Session.start(['race-order']);
    const chaos = parseCondition(`chaos:force:order:done:${read}<${write}`);
    await session.run({ id: 1, runs: 5, condition: plainCondition });
    await session.run({ id: 2, runs: 5, condition: chaos });
    await session.run({ id: 3, runs: 5, condition: parseCondition('chaos:note') });
    await session.stop();
    const effects = session.records.filter((record) => record.type === 'effect');
    const forced = (id: number) => effects.filter(({ batch }) => batch === id).map((effect) => effect.forced);
    expect(new Set([...forced(1), ...forced(3)])).toEqual(new Set([undefined]));
    expect(forced(2).reduce((sum = 0, one = 0) => sum + one, 0)).toBe(5);
  });
});
