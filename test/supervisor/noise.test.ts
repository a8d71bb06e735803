import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { findTool } from '../../src/commands/find-tool.ts';
import type { Condition, Noise, Pin } from '../../src/model/condition.ts';
import { gone, type ProcessRow, processesBelow } from './process-table.ts';
import { Session } from './session.ts';

const stressNg = findTool('stress-ng', { PATH: process.env.PATH ?? '' }) ?? '';
const missing = [stressNg === '', 'stress-ng is not installed'] as const;
/** Classes of either maker that do alike. */
const makers = [
  ['our own', null, (classes: string) => classes],
  [
    'of stress-ng',
    stressNg,
    (classes: string) => classes.replace('switch', 'pipe').replace('yield', 'nanosleep').replace('cpu', 'vm'),
  ],
] as const;

/** A run that says where it is and waits to be let go. */
const waiting = [
  '/bin/sh',
  '-c',
  'touch "$OUTSIDE/at-$FLAKEHUNT_RUN"; while [ ! -e "$OUTSIDE/go-$FLAKEHUNT_RUN" ]; do sleep 0.02; done',
];

function noisy(classes: string, cpus: Noise['cpus'] = 'free'): Partial<Condition> {
  const list = classes.split(',').map((text) => {
    const [name = '', count] = text.split(':');
    return { name, count: Number(count) };
  });
  return { noise: { classes: list, cpus } };
}

describe.each(makers)('noise %s', (_, tool, its) => {
  beforeEach(({ skip }) => {
    if (tool === stressNg) skip(...missing);
  });
  const start = (program: string[]) => Session.start(program, { stressNg: tool });

  test('runs while its batches do, stands still in between, and is started once', async () => {
    const session = await start(waiting);
    for (const [id, condition] of [noisy(its('switch:1,cpu:1')), {}, noisy(its('switch:1,cpu:1'))].entries()) {
      session.submit({ id, runs: 1, condition });
    }
    await arrival(session, 1);
    const first = noiseOf(session);
    expect(first.filter(({ state }) => state === 'T')).toEqual([]);
    await growth(session);
    letGo(session, 1);
    await arrival(session, 2);
    const still = noiseOf(session);
    expect(new Set(still.map(({ state }) => state))).toEqual(new Set(['T']));
    await sleep(100);
    expect(noiseOf(session)).toEqual(still);
    letGo(session, 2);
    await arrival(session, 3);
    await growth(session);
    expect(identities(noiseOf(session))).toEqual(expect.arrayContaining(identities(first)));
    expect(keepers(session)).toHaveLength(1);
    letGo(session, 3);
    await session.until('batch-end', ({ id }) => id === 2);
    await session.stop();
    expect(await gone(first)).toEqual([]);
    expect(session.scratchEntries()).toEqual([]);
  });

  test('of another kind is a group of its own', async () => {
    const session = await start(waiting);
    session.submit({ id: 1, runs: 1, condition: noisy(its('cpu:1')) });
    session.submit({ id: 2, runs: 1, condition: noisy(its('cpu:2')) });
    await arrival(session, 1);
    const first = noiseOf(session);
    letGo(session, 1);
    await arrival(session, 2);
    const both = noiseOf(session);
    const standing = both.filter(({ state }) => state === 'T');
    expect(identities(standing)).toEqual(expect.arrayContaining(identities(first)));
    expect(both.length).toBeGreaterThan(standing.length);
    letGo(session, 2);
    await session.stop(60_000);
    expect(await gone(both)).toEqual([]);
  });

  test('stands still when nothing is left to do', async () => {
    const session = await start(['/bin/true']);
    await session.run({ runs: 3, condition: noisy(its('yield:1')) });
    while (noiseOf(session).some(({ state }) => state !== 'T')) await sleep(20);
    expect(await session.run({ id: 2, runs: 3, condition: noisy(its('yield:1')) })).toMatchObject({ runs: 3 });
  });

  test.each(['free', 'same'] as const)('runs on the CPUs that are ordered: %s', async (cpus) => {
    const session = await start(waiting);
    const [cpu = 0] = session.job.cpus;
    const pin: Pin = { policy: 'list', cpus: [cpu] };
    session.submit({ runs: 1, condition: { ...noisy(its('switch:1,cpu:1'), cpus), pin } });
    await arrival(session, 1);
    const expected = cpus === 'same' ? `${cpu}` : affinity(session.pid);
    expect(new Set(noiseOf(session).map(({ pid }) => affinity(pid)))).toEqual(new Set([expected]));
    letGo(session, 1);
  });

  test.each([
    ['stop', (session: Session) => session.send('stop grace_ms=0\n')],
    ['end of file', (session: Session) => session.hangUp()],
    ['SIGTERM', (session: Session) => session.kill('SIGTERM')],
    ['SIGKILL', (session: Session) => session.kill('SIGKILL')],
    ['SIGKILL of all that could clean up', killAll],
  ])('is gone after %s, running or standing still', async (_name, end) => {
    const session = await start(waiting);
    session.submit({ id: 1, runs: 1, condition: noisy(its('yield:1,switch:1')) });
    session.submit({ id: 2, runs: 1, condition: noisy(its('cpu:2')) });
    await arrival(session, 1);
    letGo(session, 1);
    await arrival(session, 2);
    const below = processesBelow(session.pid);
    end(session);
    await session.exit();
    expect(await gone(below)).toEqual([]);
  });

  test('outlives a worker', async () => {
    const session = await start(['kill-parent', 'process', '2']);
    session.submit({ id: 1, runs: 6, condition: noisy(its('cpu:1')) });
    await session.until('batch-end');
    const before = identities(noiseOf(session));
    await session.run({ id: 2, runs: 6, condition: noisy(its('cpu:1')) });
    expect(identities(noiseOf(session))).toEqual(before);
    expect(session.runsByEnding.lost).toEqual([2, 4, 6, 8, 10, 12]);
  });

  test('whose keeper is killed ends its batch, and is started anew for the next', async () => {
    const session = await start(waiting);
    session.submit({ id: 1, condition: noisy(its('cpu:1')) });
    session.submit({ id: 2, condition: {}, runs: 1 });
    session.submit({ id: 3, condition: noisy(its('cpu:1')), runs: 1 });
    await arrival(session, 1);
    const first = noiseOf(session);
    for (const { pid } of keepers(session)) process.kill(pid, 'SIGKILL');
    expect(await session.until('refused')).toMatchObject({
      batch: 1,
      part: 'noise',
      text: expect.stringMatching('killed'),
    });
    for (const run of [1, 2, 3]) letGo(session, run);
    expect(await session.until('batch-end')).toMatchObject({ id: 1, runs: 1 });
    expect(await session.until('batch-end')).toMatchObject({ id: 2, runs: 1 });
    expect(await session.until('batch-end')).toMatchObject({ id: 3, runs: 1 });
    expect(await gone(first)).toEqual([]);
    expect(noiseOf(session).length).toBe(first.length);
  });
});

describe('our own noise', () => {
  test('has as many processes as are ordered', async () => {
    const session = await Session.start(waiting);
    session.submit({ runs: 1, condition: noisy('switch:2,yield:1,cpu:3') });
    await arrival(session, 1);
    const names = noiseOf(session).map(({ name }) => name);
    expect(names.sort()).toEqual([
      ...Array.from({ length: 3 }, () => 'noise-cpu'),
      ...Array.from({ length: 4 }, () => 'noise-switch'),
      'noise-yield',
    ]);
    letGo(session, 1);
  });

  test('refuses a class that needs stress-ng: its batches end without a run, others go on', async () => {
    const session = await Session.start(['/bin/true']);
    for (const id of [1, 2]) session.submit({ id, runs: 5, condition: noisy('cpu:1,futex:1') });
    session.submit({ id: 3, runs: 5 });
    await session.until('batch-end', ({ id }) => id === 3);
    expect(session.records.filter(({ type }) => type === 'refused')).toEqual(
      [1, 2].map((batch) => ({
        type: 'refused',
        batch,
        part: 'noise',
        text: 'noise of the class futex needs stress-ng',
      })),
    );
    const ends = session.records.filter((record) => record.type === 'batch-end');
    expect(ends.map(({ id, runs }) => [id, runs])).toEqual([
      [1, 0],
      [2, 0],
      [3, 5],
    ]);
    expect(noiseOf(session)).toEqual([]);
  });
});

describe('stress-ng', () => {
  test.for([
    ['does not know the class', stressNg, 'no-such', 'exit code 1.*unrecognized option'],
    ['is gone', '/nonexistent/stress-ng', 'vm', 'exit code 127.*No such file'],
    ['ends by itself', '/bin/true', 'vm', 'ended by itself \\(exit code 0\\)$'],
  ] as const)('that %s is a refusal', async ([, path, name, text], { skip }) => {
    skip(path === '', missing[1]);
    const session = await Session.start(['/bin/true'], { stressNg: path });
    session.submit({ runs: 5, condition: noisy(`${name}:1`) });
    expect(await session.until('refused')).toMatchObject({
      batch: 1,
      part: 'noise',
      text: expect.stringMatching(text),
    });
    expect(await session.until('batch-end')).toMatchObject({ runs: 0 });
    expect(noiseOf(session)).toEqual([]);
  });

  test.for([
    ['stress-ng', 'stress-ng ended by itself (killed by signal 9)'],
    ['noise-cpu', 'a process of the noise ended by itself (killed by signal 9)'],
  ] as const)('beside our own noise: each is missed (%s)', async ([name, text], { skip }) => {
    skip(...missing);
    const session = await Session.start(waiting, { stressNg });
    session.submit({ condition: noisy('cpu:2,pipe:1') });
    await arrival(session, 1);
    const below = noiseOf(session);
    expect(below.filter((row) => row.name === 'noise-cpu')).toHaveLength(2);
    expect(below.length).toBeGreaterThan(3);
    const victim = below.find((row) => row.name === name);
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    expect(await session.until('refused')).toMatchObject({ batch: 1, part: 'noise', text });
    expect(await gone(below)).toEqual([]);
  });

  test('that ends in the middle of a batch ends it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'flakehunt-stress-ng-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const script = join(folder, 'stress-ng');
    const text = 'sleep 1000 & while [ ! -e "$0.end" ]; do sleep 0.02; done; echo enough; exit 3';
    writeFileSync(script, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    const session = await Session.start(waiting, { stressNg: script });
    session.submit({ condition: noisy('vm:1') });
    await arrival(session, 1);
    const below = noiseOf(session);
    writeFileSync(`${script}.end`, '');
    expect(await session.until('refused')).toMatchObject({
      text: 'stress-ng ended by itself (exit code 3): enough',
    });
    expect(await gone(below)).toEqual([]);
    letGo(session, 1);
    expect(await session.until('batch-end')).toMatchObject({ runs: 1 });
  });
});

async function arrival(session: Session, run: number): Promise<void> {
  while (!existsSync(join(session.job.env.OUTSIDE ?? '', `at-${run}`))) await sleep(10);
}

function letGo(session: Session, run: number): void {
  writeFileSync(join(session.job.env.OUTSIDE ?? '', `go-${run}`), '');
}

function keepers(session: Session): ProcessRow[] {
  return processesBelow(session.pid).filter(({ name }) => name === 'noise-keeper');
}

/** The processes that make noise. */
function noiseOf(session: Session): ProcessRow[] {
  return keepers(session).flatMap(({ pid }) => processesBelow(pid));
}

/** A stressor of stress-ng may start further ones in its own time, so later there may be more of them. */
function identities(rows: ProcessRow[]): string[] {
  return rows.map(({ pid, start }) => `${pid} ${start}`).sort();
}

/** Waits until the noise has used 50 ms of CPU time more. */
async function growth(session: Session): Promise<void> {
  const ticks = () => noiseOf(session).reduce((sum, row) => sum + row.ticks, 0);
  const before = ticks();
  while (ticks() < before + 5) await sleep(20);
}

function affinity(pid: number): string | undefined {
  return /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
}

/** The supervisor is stopped first, or it would clean up after the keepers. */
function killAll(session: Session): void {
  session.kill('SIGSTOP');
  for (const { pid } of keepers(session)) process.kill(pid, 'SIGKILL');
  session.kill('SIGKILL');
}
