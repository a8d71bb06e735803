import { accessSync, chmodSync, constants, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { builtProgram } from './built.ts';
import { range, Session } from './session.ts';

/** A session whose two workers are in the middle of a run that would not end. */
async function inTheMiddle(): Promise<Session> {
  const session = await Session.start([
    '/bin/sh',
    '-c',
    '[ $FLAKEHUNT_RUN -lt 10 ] || { sleep 1000 & exec sleep 999; }',
  ]);
  session.submit({ jobs: 2 });
  // Each hanging run is two processes.
  while (session.survivors().filter((name) => name.endsWith('sleep')).length < 4) await sleep(20);
  return session;
}

describe('the end of a session', () => {
  test.each([
    ['stop', (session: Session) => session.send('stop grace_ms=0\n')],
    ['eof', (session: Session) => session.hangUp()],
    ['signal', (session: Session) => session.kill('SIGTERM')],
    ['signal', (session: Session) => session.kill('SIGINT')],
    ['signal', (session: Session) => session.kill('SIGHUP')],
  ] as const)('by %s cuts off what runs, and counts it nowhere', async (reason, end) => {
    const session = await inTheMiddle();
    end(session);
    expect(await session.bye()).toMatchObject({ runs: 9, abandoned: 2, reason });
    expect(session.runsByEnding).toEqual({ 'exit:0': range(1, 9) });
    expect(session.records.some((r) => r.type === 'batch-end')).toBe(false);
    expect(await session.exit()).toEqual({ code: 0, signal: null, complaint: '' });
    expect(session.survivors()).toEqual([]);
    expect(session.scratchEntries()).toEqual([]);
  });

  test('by SIGKILL leaves nothing', async () => {
    const session = await inTheMiddle();
    session.kill('SIGKILL');
    expect(await session.exit()).toMatchObject({ signal: 'SIGKILL' });
    expect(await session.aftermath()).toEqual([]);
    for (let i = 0; i < 200 && session.scratchEntries().length > 0; i++) await sleep(50);
    expect(session.scratchEntries()).toEqual([]);
  });

  test('gives runs in progress their grace, and a second stop takes it away', async () => {
    const session = await inTheMiddle();
    session.send('stop grace_ms=1000000\n');
    session.send('stop grace_ms=1\n');
    expect(await session.bye()).toMatchObject({ runs: 9, abandoned: 2, reason: 'stop' });
    const patient = await Session.start(['/bin/sh', '-c', 'sleep 0.5']);
    patient.submit({ jobs: 2 });
    while (patient.survivors().length === 0) await sleep(10);
    expect(await patient.stop(60_000)).toMatchObject({ abandoned: 0 });
  });

  test('when nobody reads the records any more', async () => {
    const session = await Session.start(['/bin/true'], { wrapper: ['/bin/sh', '-c', '"$1" | head -c 1 >&2', 'sh'] });
    session.submit({ jobs: 2 });
    await session.exit();
    expect(await session.aftermath()).toEqual([]);
  });
});

describe('a worker killed from outside', () => {
  test('loses the run it was at; another takes its place', async () => {
    const session = await inTheMiddle();
    session.killWorker();
    await session.until('class', (r) => r.outcome.ending.kind === 'lost');
    while (session.survivors().filter((name) => name.endsWith('sleep')).length < 4) await sleep(20);
    expect(session.workers()).toHaveLength(2);
    expect(await session.stop()).toMatchObject({ runs: 10, abandoned: 2 });
    expect(session.survivors()).toEqual([]);
  });

  test('again and again loses no other run', async () => {
    const session = await Session.start(['/bin/true']);
    session.submit({ runs: 1500, jobs: 3 });
    for (let i = 0; i < 15; i++) {
      await sleep(10);
      session.killWorker();
    }
    await session.until('batch-end');
    const all = Object.values(session.runsByEnding).flat();
    expect(all.sort((a, b) => a - b)).toEqual(range(1, 1500));
  });
});

describe('the time limit', () => {
  test('tells what every thread was doing, for the first hangs', async () => {
    const session = await Session.start(['hang'], { limitMs: 300, maxStacks: 1 });
    await session.run({ runs: 2 });
    const stacks = session.classes[0]?.outcome.stacks ?? '';
    expect(stacks).toMatch(/^process \d+ \S+\/hang\n/);
    expect(stacks.match(/^ {2}thread \d+ hang state S/gm)).toHaveLength(3);
    expect(session.runsByEnding).toEqual({ timeout: [1, 2] });
  });

  test('has stacks for each kind of hang until the limit is reached', async () => {
    const session = await Session.start(['/bin/sh', '-c', 'echo ret -$((FLAKEHUNT_RUN / 2)); exec sleep 1000'], {
      limitMs: 100,
      maxStacks: 2,
    });
    await session.run({ runs: 5 });
    expect(session.classes.map((c) => [c.run, c.outcome.stacks !== null])).toEqual([
      [1, true],
      [2, true],
      [4, false],
    ]);
  });

  test('without room for stacks there are none', async () => {
    const session = await Session.start(['hang'], { limitMs: 100, maxStacks: 0 });
    await session.run({ runs: 1 });
    expect(session.classes[0]?.outcome.stacks).toBeNull();
  });

  test('asks the debugger for backtraces of every process', async (context) => {
    const gdb = await debuggerPath();
    context.skip(gdb === '', 'gdb is not installed');
    const session = await Session.start(['/bin/sh', '-c', 'sleep 1000 & sleep 999'], {
      limitMs: 300,
      maxStacks: 1,
      gdb,
    });
    await session.run({ runs: 1 });
    const stacks = session.classes[0]?.outcome.stacks ?? '';
    expect(stacks.match(/^gdb on process/gm)).toHaveLength(3);
    expect(stacks).toMatch(/^#0 /m);
    expect(session.survivors()).toEqual([]);
  });

  test('keeps what the test said until then, not what it says to the debugger', async (context) => {
    const gdb = await debuggerPath();
    context.skip(gdb === '', 'gdb is not installed');
    const session = await Session.start(['talks-when-interrupted'], { limitMs: 200, maxStacks: 1, gdb });
    await session.run({ runs: 1 });
    expect(session.classes[0]?.outcome.stacks).toContain('epoll_wait');
    expect(Buffer.from(session.classes[0]?.outcome.output.bytes ?? []).toString()).toBe('waiting\n');
  });

  test('does not wait for a debugger that hangs', async () => {
    const helper = await Session.start(['/bin/true']);
    const gdb = join(helper.job.env.OUTSIDE ?? '', 'gdb');
    writeFileSync(gdb, '#!/bin/sh\necho asked "$1" >&2\nsleep 1000 &\nsleep 999\n');
    chmodSync(gdb, 0o755);
    const session = await Session.start(['hang'], { limitMs: 100, maxStacks: 1, gdb });
    await session.run({ runs: 1 });
    expect(session.classes[0]?.outcome.stacks).toMatch(/asked -p\n\(gdb was cut off\)\n$/);
  });
});

describe('core dumps', () => {
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();

  test('that the kernel writes into the working directory are kept, up to the limit', async (context) => {
    context.skip(/[|/]/.test(pattern), `the kernel sends core dumps elsewhere: ${pattern}`);
    const session = await Session.start(['crash'], { maxCores: 2 });
    await session.run({ runs: 4 });
    context.skip(!dumped(session), 'the hard limit on core dumps is 0');
    expect(session.classes[0]?.outcome.core).toBe('core.1');
    expect(readdirSync(session.job.artifactDir).sort()).toEqual(['core.1', 'core.2']);
    expect(session.notes).toEqual([expect.stringContaining('core.2')]);
    expect(session.runsByEnding).toEqual({ 'signal:6': [1, 2, 3, 4] });
  });

  test('are not made when none is wanted', async () => {
    const session = await Session.start(['crash'], { maxCores: 0 });
    await session.run({ runs: 2 });
    expect(session.classes[0]?.outcome).toMatchObject({ core: null, ending: { kind: 'signal', signal: 6 } });
    expect(readdirSync(session.job.artifactDir)).toEqual([]);
  });

  const dumped = (session: Session) => {
    const ending = session.classes[0]?.outcome.ending;
    return ending?.kind === 'signal' && ending.core;
  };
});

describe('a machine out of processes', () => {
  test('is given a second before the run is reported as not started', async (context) => {
    context.skip(
      process.getuid?.() !== 0,
      'takes root: the limit counts all processes of a user, and this one is in use',
    );
    const user = ['setpriv', '--reuid=64999', '--regid=64999', '--clear-groups'];
    // Main and one worker.
    const session = await Session.start(['/bin/true'], { wrapper: [...user, 'prlimit', '--nproc=2'] });
    await session.run({ runs: 1 });
    const [only] = session.classes;
    expect(only?.outcome.ending).toEqual({ kind: 'noexec', errno: 11 });
  });

  test('has no worker for a hunt, and says which limit it was', async () => {
    const session = await Session.start(['/bin/true'], { wrapper: ['prlimit', '--nofile=12'] });
    await expect(session.run({ runs: 1, jobs: 20 })).rejects.toThrow(
      /worker \d+ cannot be started \(Too many open files\); take fewer, or raise the limit, see `ulimit -n`/,
    );
  });
});

describe('the kernel log', () => {
  test('what programs write into it is no splat', async (context) => {
    context.skip(!writable('/dev/kmsg'), 'the kernel log cannot be written');
    const session = await Session.start(['/bin/sh', '-c', 'echo "WARNING: flakehunt test" > /dev/kmsg'], {
      kernelLog: true,
    });
    await session.run({ runs: 3 });
    expect(session.classes.map((c) => c.outcome.kernelLog)).toEqual([null]);
  });

  test.skipIf(process.arch !== 'x64')("tells of a program's own fault, which is no splat", async () => {
    const session = await Session.start([await builtProgram('fault-protected')], { kernelLog: true });
    await session.run({ runs: 3 });
    expect(session.classes.map((c) => [Object.keys(session.runsByEnding), c.outcome.kernelLog])).toEqual([
      [['signal:11'], null],
    ]);
  });

  test('that cannot be read is said once', async () => {
    // Root reads it, so root becomes nobody.
    const wrapper = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    const session = await Session.start(['/bin/true'], { kernelLog: true, wrapper });
    await session.run({ runs: 3, jobs: 2 });
    expect(session.notes).toEqual([expect.stringContaining('kernel log cannot be read')]);
  });
});

async function debuggerPath(): Promise<string> {
  const { stdout } = await execa('which', ['gdb'], { reject: false });
  return stdout;
}

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
