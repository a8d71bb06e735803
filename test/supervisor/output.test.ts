import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { endingOf, range, Session } from './session.ts';

const half = 32 * 1024;
const letter = (i: number) => String.fromCharCode(97 + (i % 26));
const letters = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => letter(from + i)).join('');

describe('output', () => {
  test.each([0, 1, half, 2 * half - 1, 2 * half])('of %i bytes travels whole', async (size) => {
    const session = await Session.start(['print-bytes', `${size}`]);
    await session.run({ runs: 2 });
    expect(session.classes[0]?.outcome.output).toMatchObject({ total: size, cutAt: null });
    expect(session.outputOf(0)).toBe(letters(0, size));
    expect(session.classes).toHaveLength(1);
  });

  test.each([2 * half + 1, 30_000_000])('of %i bytes travels as head and tail, and is hashed whole', async (size) => {
    const session = await Session.start(['print-bytes', `${size}`]);
    await session.run({ runs: 3 });
    expect(session.classes[0]?.outcome.output).toMatchObject({ total: size, cutAt: half });
    expect(session.outputOf(0)).toBe(letters(0, half) + letters(size - half, size));
    expect(session.classes).toHaveLength(1);
  });

  test('of a gigabyte is no trouble', async () => {
    const session = await Session.start(['print-bytes', '1000000000'], { limitMs: 110_000 });
    await session.run({ runs: 1 });
    expect(session.runsByEnding).toEqual({ 'exit:0': [1] });
    expect(session.classes[0]?.outcome.output.total).toBe(1_000_000_000);
  });

  test('of any bytes is what it was', async () => {
    const session = await Session.start(['print-all-bytes']);
    await session.run({ runs: 2 });
    expect(session.outputOf(0)).toBe(String.fromCharCode(...range(0, 255)));
    expect(session.classes).toHaveLength(1);
  });

  test('that the test reads itself does not hold us up', async () => {
    const session = await Session.start(['read-own-output']);
    await session.run({ runs: 5 });
    expect(session.runsByEnding).toEqual({ 'exit:0': range(1, 5) });
  });

  test('of a daemon that lives on does not count, and its hold on the pipe holds nobody up', async () => {
    const session = await Session.start(['daemon-holds-output']);
    await session.run({ runs: 5 });
    expect(session.classes.map((_, i) => session.outputOf(i))).toEqual(['from the test\n']);
    expect(session.survivors()).toEqual([]);
  });
});

test('records that nobody reads wait, and the runs with them; none is lost', async () => {
  // 24 MiB of records: more than the supervisor keeps.
  const script = 'echo ret -$FLAKEHUNT_RUN; head -c 60000 /dev/zero';
  const session = await Session.start(['/bin/sh', '-c', script]);
  session.submit({ runs: 140, jobs: 2 });
  await sleep(1500);
  await session.until('batch-end');
  expect(session.runsByEnding).toEqual({ 'exit:0': range(1, 140) });
  expect(session.classes).toHaveLength(140);
  expect(await session.stop()).toMatchObject({ runs: 140, abandoned: 0 });
});

describe('classes', () => {
  const classesOf = async (form: string, runs: number) => {
    const session = await Session.start(['print-number', form]);
    await session.run({ runs });
    expect(session.runsByEnding).toEqual({ 'exit:0': range(1, runs) });
    return session;
  };

  test.each(['plain', 'hex'])('of outputs that differ in %s numbers only: 64, then one', async (form) => {
    const session = await classesOf(form, 200);
    expect(session.classes.map((c) => c.exact)).toEqual([...Array(64).fill(true), false]);
    expect(session.classes[64]?.run).toBe(65);
    expect(session.outputOf(64)).toBe(form === 'plain' ? 'took 65 us\n' : 'at 0x41\n');
  });

  test('of outputs that differ in a negative number: all of them', async () => {
    const session = await classesOf('minus', 200);
    expect(session.classes.map((c) => c.exact)).toEqual(Array(200).fill(true));
  });

  test('beyond 4096: one more, and a note says so', async () => {
    const session = await classesOf('letters', 4200);
    expect(session.classes.map((c) => c.exact)).toEqual([...Array(4096).fill(true), false]);
    expect(session.notes).toEqual([expect.stringContaining('4096')]);
  });

  test('are told apart by how the run ended', async () => {
    const session = await Session.start(['/bin/sh', '-c', 'echo same; exit $((FLAKEHUNT_RUN % 3))']);
    await session.run({ runs: 9, jobs: 2 });
    expect(session.classes.map(endingOf).sort()).toEqual(['exit:0', 'exit:1', 'exit:2']);
    expect(new Set(session.classes.map((_, i) => session.outputOf(i)))).toEqual(new Set(['same\n']));
  });
});
