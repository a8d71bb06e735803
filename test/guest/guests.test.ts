import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { context, GuestBench, whyNoGuests } from './guest-place.ts';

let missing: string | null = null;

beforeAll(async () => {
  missing = await whyNoGuests();
}, 300_000);

beforeEach(({ skip }) => skip(missing !== null, missing ?? ''));

const shell = (script: string) => ['/bin/sh', '-c', script];

test('runs are made in the guest, under its kernel, and its end is said', async () => {
  const bench = await GuestBench.start(shell('read -r release < /proc/sys/kernel/osrelease; echo "$release in $PWD"'));
  expect(await bench.run({ runs: 3 })).toMatchObject({ runs: 3 });
  await bench.stop();
  expect(Buffer.from(bench.classes[0]?.outcome.output.bytes ?? []).toString()).toMatch(
    /^6\.1\.\S+ in \/\.flakehunt\/scratch\/w0/,
  );
  expect(bench.records.filter(({ type }) => type === 'boot')).toHaveLength(1);
  expect(bench.records.at(-1)).toMatchObject({ type: 'bye', runs: 3, abandoned: 0 });
  expect(bench.machines()).toEqual([]);
  expect(readdirSync(bench.artifacts)).toEqual(['guest-1.console']);
});

test('several guests share the numbers of the runs', async () => {
  const bench = await GuestBench.start(shell('exit 0'), { guests: 2 });
  expect(await bench.run({ id: 1, runs: 7, jobs: 2 })).toMatchObject({ runs: 7 });
  expect(await bench.run({ id: 2, runs: 4 }, 'pin:one')).toMatchObject({ runs: 4 });
  await bench.stop();
  expect(new Set(bench.runs).size).toBe(11);
  expect(bench.records.at(-1)).toMatchObject({ type: 'bye', runs: 11 });
});

test('every arm is in force: chaos, noise, quota, preemption', async () => {
  const bench = await GuestBench.start(shell('read -r words < /proc/cmdline; echo "$words"; (exit 0) & wait'));
  const conditions = ['chaos:pct:1', 'chaos:handoff', 'noise:switch:1', 'quota:20%/10ms', 'preempt:full'];
  for (const [id, condition] of conditions.entries())
    expect(await bench.run({ id, runs: 2 }, condition)).toMatchObject({ runs: 2 });
  await bench.stop();
  expect(bench.records.filter(({ type }) => type === 'refused')).toEqual([]);
  const last = bench.classes.at(-1);
  expect(last?.batch).toBe(4);
  expect(Buffer.from(last?.outcome.output.bytes ?? []).toString()).toContain('preempt=full');
});

test('a panic is a failure of the run that was on, and the hunt goes on in a new life of the guest', async () => {
  const bench = await GuestBench.start(shell('[ "$FLAKEHUNT_RUN" = 2 ] && echo c > /proc/sysrq-trigger; exit 0'));
  expect(await bench.run({ runs: 4 })).toMatchObject({ runs: 4 });
  await bench.stop();
  expect(bench.runs).toEqual([1, 2, 3, 4]);
  const crash = bench.classes.find(({ outcome }) => outcome.ending.kind === 'kernel');
  expect(crash?.run).toBe(2);
  expect(crash?.outcome.ending).toEqual({ kind: 'kernel', what: 'panic' });
  expect(crash?.outcome.kernelLog).toMatch(/^.*Kernel panic - not syncing: sysrq triggered crash/);
  expect(readdirSync(bench.artifacts).sort()).toEqual(['guest-1.2.console', 'guest-1.console']);
});

test('a guest that is killed loses the run that was on, and nothing else', async () => {
  const bench = await GuestBench.start(shell('while [ "$FLAKEHUNT_RUN" = 2 ]; do :; done'));
  bench.submit({ runs: 3 });
  await bench.until(({ type }) => type === 'class');
  await sleep(1000);
  for (const pid of bench.machines()) process.kill(pid, 'SIGKILL');
  expect(await bench.until(({ type }) => type === 'batch-end')).toMatchObject({ runs: 3 });
  await bench.stop();
  expect(bench.runs).toEqual([1, 2, 3]);
  expect(bench.classes.map(({ outcome }) => outcome.ending.kind)).toContain('lost');
});

test('memory that ran out is told by the kernel', async () => {
  const bench = await GuestBench.start(shell('x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done'), { memoryMiB: 192 });
  await bench.run({ runs: 1 });
  await bench.stop();
  expect(bench.classes[0]?.outcome.kernelLog).toContain('Out of memory: Killed process');
});

describe('what does not boot says why', () => {
  test('too little memory for what it needs', async () => {
    await expect(GuestBench.start(shell('exit 0'), { memoryMiB: 2 })).rejects.toThrow(/--guest-memory/);
  });

  test('too little memory for the kernel', async () => {
    const bench = await GuestBench.start(shell('exit 0'), { memoryMiB: 40 });
    bench.submit({ runs: 1 });
    await expect(bench.end()).rejects.toThrow(/does not boot.*(--guest-memory|its console)/s);
    expect(bench.machines()).toEqual([]);
  });

  test('a file that is not there', async () => {
    await expect(GuestBench.start(['/nonexistent/test'])).rejects.toThrow(
      '/nonexistent/test cannot be put into the guest',
    );
  });
});

test('eight in a row leave no process and no file', async () => {
  const before = readdirSync(join(context().paths.cache, 'guests')).sort();
  for (let i = 0; i < 8; i++) {
    const bench = await GuestBench.start(shell('exit 0'));
    await bench.run({ runs: 1 });
    await bench.stop(0);
    expect(bench.machines()).toEqual([]);
    expect(readdirSync(bench.scratch)).toEqual(['initramfs.gz']);
    expect(bench.records.find(({ type }) => type === 'boot')).toMatchObject({ guest: 1, ms: expect.any(Number) });
    expect(readFileSync(join(bench.artifacts, 'guest-1.console'), 'utf8')).toContain('flakehunt: run 1 worker 0');
  }
  expect(readdirSync(join(context().paths.cache, 'guests')).sort()).toEqual(before);
});
