import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { delegatedCgroup } from '../../src/exec/cgroup.ts';
import type { Condition } from '../../src/model/condition.ts';
import { ownIdentity } from '../../src/process-identity.ts';
import { gone, processesBelow } from './process-table.ts';
import { Session } from './session.ts';

const cgroup = delegatedCgroup();

function limited(percent: number, periodMs: number): Partial<Condition> {
  return { quota: { percent, periodMs } };
}

describe('a CPU quota', () => {
  beforeEach(({ skip }) => skip(cgroup === null, 'no control group with the cpu controller is delegated'));

  test('starves the runs of its batch, and no others', async () => {
    const session = await Session.start(['burn-cpu', '50'], { cgroup });
    await session.run({ id: 1, runs: 4, jobs: 2, condition: limited(20, 10) });
    const throttled = groupsOf(session).map(timesThrottled);
    expect(Math.max(...throttled)).toBeGreaterThan(0);
    await session.run({ id: 2, runs: 4, jobs: 2 });
    // The last period of the first batch may still have been counted.
    const grown = groupsOf(session).map((group, index) => timesThrottled(group) - (throttled[index] ?? 0));
    expect(Math.max(...grown)).toBeLessThanOrEqual(1);
    expect(session.runsByEnding).toEqual({ 'exit:0': [1, 2, 3, 4, 5, 6, 7, 8] });
    // 50 ms in shares of 2 ms every 10 ms.
    const [first] = session.classes;
    expect(first?.outcome.usage.wallUs).toBeGreaterThan(150_000);
    const tallied = session.tallies.filter(({ batch }) => batch === 1).map(({ wall }) => wall.minUs);
    expect(Math.min(...tallied)).toBeGreaterThan(150_000);
  });

  test('holds for all that the run starts, and for nobody else', async () => {
    const session = await Session.start(['/bin/sh', '-c', '(cat /proc/self/cgroup) | cat; sleep 0.2 &'], { cgroup });
    session.submit({ id: 1, runs: 3, condition: limited(50, 10) });
    let outside = 0;
    while (!session.records.some(({ type }) => type === 'batch-end')) {
      const [group] = groupsOf(session);
      const inside = group === undefined ? '' : read(join(group, 'cgroup.procs'));
      for (const worker of session.workers()) {
        expect(inside.split('\n')).not.toContain(`${worker}`);
        outside++;
      }
      await session.next();
    }
    expect(outside).toBeGreaterThan(0);
    await session.run({ id: 2, runs: 3 });
    const outputs = session.classes.map((_, index) => session.outputOf(index));
    const group = basename(groupsOf(session)[0] ?? '');
    expect(outputs.map((output) => output.includes(group))).toEqual([true, false]);
  });

  test('changes with the batch', async () => {
    const session = await Session.start(['/bin/true'], { cgroup });
    for (const [id, [percent, periodMs, expected]] of [
      [50, 10, '5000 10000'],
      [100, 1, '1000 1000'],
      [1, 1000, '10000 1000000'],
    ].entries() as IterableIterator<[number, [number, number, string]]>) {
      await session.run({ id, runs: 4, jobs: 2, condition: limited(percent, periodMs) });
      expect(groupsOf(session).map(shareOf)).toEqual([expected, expected]);
    }
  });

  test.each([
    ['stop', (session: Session) => session.send('stop grace_ms=0\n')],
    ['end of file', (session: Session) => session.hangUp()],
    ['SIGKILL', (session: Session) => session.kill('SIGKILL')],
  ])('leaves no group behind after %s', async (_, end) => {
    const session = await Session.start(['/bin/sh', '-c', 'sleep 1000 & exec sleep 1000'], { cgroup });
    session.submit({ jobs: 2, condition: limited(50, 10) });
    while (session.survivors().filter((name) => name.endsWith('sleep')).length < 4) await sleep(20);
    expect(groupsOf(session)).toHaveLength(2);
    end(session);
    await session.exit();
    expect(await session.aftermath()).toEqual([]);
    for (let i = 0; i < 200 && groupsOf(session).length > 0; i++) await sleep(20);
    expect(groupsOf(session)).toEqual([]);
  });

  test('of a supervisor that was killed with its workers is removed by the next one, others are not', async () => {
    const dead = await Session.start(['/bin/true'], { cgroup });
    await dead.run({ runs: 2, condition: limited(50, 10) });
    dead.kill('SIGSTOP');
    const below = processesBelow(dead.pid);
    for (const { pid } of below) process.kill(pid, 'SIGKILL');
    dead.kill('SIGKILL');
    await dead.exit();
    expect(await gone(below)).toEqual([]);
    expect(groupsOf(dead)).toHaveLength(1);
    const { namespace, pid, start } = ownIdentity();
    const alive = join(cgroup ?? '', `flakehunt-${namespace}-${pid}-${start}-7`);
    mkdirSync(alive);
    try {
      const next = await Session.start(['/bin/true'], { cgroup });
      await next.run({ runs: 2 });
      expect(groupsOf(dead)).toEqual([]);
      expect(existsSync(alive)).toBe(true);
    } finally {
      rmdirSync(alive);
    }
  });

  test('that the kernel does not take is refused: its batch ends without a run', async () => {
    const session = await Session.start(['/bin/true'], { cgroup });
    session.send('batch id=1 jobs=2 pin=free cpus=0 runs=5 quota_us=10 period_us=1000\n');
    session.submit({ id: 2, runs: 5 });
    expect(await session.until('refused')).toMatchObject({
      batch: 1,
      part: 'quota',
      text: 'a quota of 10 us in 1000 us is not taken: Invalid argument',
    });
    expect(await session.until('batch-end')).toMatchObject({ id: 1, runs: 0 });
    expect(await session.until('batch-end')).toMatchObject({ id: 2, runs: 5 });
  });
});

describe('without a control group', () => {
  test.each([
    ['none is delegated', null, 'no control group with the cpu controller is delegated to this user'],
    ['it is none', '/tmp', 'control groups in /tmp have no cpu controller'],
    ['it is gone', '/nonexistent', 'no control group can be made in /nonexistent: No such file or directory'],
  ])('a quota is refused: %s', async (_, folder, text) => {
    const session = await Session.start(['/bin/true'], { cgroup: folder });
    session.submit({ runs: 5, condition: limited(50, 10) });
    expect(await session.until('refused')).toEqual({ type: 'refused', batch: 1, part: 'quota', text });
    expect(await session.until('batch-end')).toMatchObject({ runs: 0 });
    await session.stop();
    expect(readdirSync('/tmp').filter((name) => name.includes(`-${session.pid}-`))).toEqual([]);
  });
});

function groupsOf(session: Session): string[] {
  const names = readdirSync(cgroup ?? '').filter((name) => name.startsWith('flakehunt-'));
  return names.filter((name) => name.split('-')[2] === `${session.pid}`).map((name) => join(cgroup ?? '', name));
}

function timesThrottled(group: string): number {
  return Number(/^nr_throttled (\d+)$/m.exec(read(join(group, 'cpu.stat')))?.[1]);
}

/** Quota and period in microseconds. */
function shareOf(group: string): string {
  const [quota, period] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) => read(join(group, name)).trim());
  return quota === '' ? read(join(group, 'cpu.max')).trim() : `${quota} ${period}`;
}

/** Empty when it is not there. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
