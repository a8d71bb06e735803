import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { bench } from '../e2e/flakehunt.ts';
import { childrenOf, underWay } from '../e2e/processes.ts';
import { whyNoGuests } from './guest-place.ts';

let missing: string | null = null;

beforeAll(async () => {
  missing = await whyNoGuests();
}, 300_000);

beforeEach(({ skip }) => skip(missing !== null, missing ?? ''));

interface Found {
  guest: { accel: string; kernel: { release: string } };
  counts: { fail: number };
  signatures: { title: string }[];
  boots: { count: number; medianMs: number };
}

test.each([
  ['deb:6.1.*', /^6\.1\./],
  ['deb:*', /^(?:[7-9]|\d\d)\./],
])(
  "the lab's race is found under Linux %s, and its replay in the same guest",
  async (kernel, release) => {
    const place = bench({ FLAKEHUNT_STRATEGY: 'auto' });
    const wish = ['--kernel', kernel, '--failures', '1', '--time', '4m', '--json'];
    const found = (await place.json(['run', 'msg-ring.t', '--tree', 'lab', ...wish])) as Found;
    expect(found.guest.kernel.release).toMatch(release);
    expect(found.counts.fail).toBeGreaterThan(0);
    expect(found.signatures.map(({ title }) => title).join()).toMatch(/wait cqe -17|test_disabled_ring|cqe/);
    expect(found.boots.count).toBeGreaterThanOrEqual(1);
    const { code, out } = await place.run(['replay', 'last', '--times', '3']);
    expect([0, 1]).toContain(code);
    expect(out).toContain('in a guest');
  },
  420_000,
);

test('what the guest refuses or lacks is said in one sentence', async () => {
  const place = bench();
  const run = async (...words: string[]) => {
    const { code, err } = await place.run(['run', ...words]);
    return [code, err.trim().split('\n').at(-1)];
  };
  expect(await run('--kernel', 'deb:0.99.*', '--', '/bin/true')).toEqual([2, expect.stringContaining('0.99')]);
  expect(await run('--kernel', '/bin/true', '--', '/bin/true')).toEqual([2, expect.stringContaining('/bin/true')]);
  expect(await run('--kernel', 'deb:6.1.*', '--gdb', '--', '/bin/true')).toEqual([2, expect.any(String)]);
  const poor = { PATH: '/nonexistent' };
  const { code, err } = await place.run(['run', '--kernel', 'deb:6.1.*', '--', '/bin/true'], { env: poor });
  expect([code, err]).toEqual([3, expect.stringMatching(/qemu-system-x86_64|apt|compiler/)]);
});

test.each(['SIGKILL', 'SIGINT'] as const)('after %s no guest is left, and what was found is kept', async (signal) => {
  const place = bench();
  const call = place.start([
    'run',
    'msg-ring.t',
    '--tree',
    'lab',
    '--kernel',
    'deb:6.1.*',
    '--guests',
    '2',
    '--time',
    '4m',
  ]);
  await underWay(place, call);
  const own = machinesBelow(call.pid ?? 0);
  expect(own).toHaveLength(2);
  call.kill(signal);
  await call;
  for (let looks = 0; own.some(isAlive) && looks < 200; looks++) await sleep(50);
  expect(own.filter(isAlive)).toEqual([]);
  const shown = (await place.json(['show', 'last', '--json'])) as { runs: number; guest: { guests: number } };
  expect(shown.runs).toBeGreaterThan(0);
  expect(shown.guest.guests).toBe(2);
});

function machinesBelow(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => (isAlive(child) ? [child] : machinesBelow(child)));
}

function isAlive(pid: number): boolean {
  return read(`/proc/${pid}/comm`).startsWith('qemu');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
