import { existsSync, statSync } from 'node:fs';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { parseCondition } from '../../src/perturb/condition-text.ts';
import { builtSupervisor } from './built.ts';
import { isRoot, nobody, provoke, underEach } from './provoke.ts';
import { allowedCpus, Session } from './session.ts';
import { traces } from './traces.ts';

const arms = [
  'chaos:note',
  'chaos:handoff',
  'chaos:pct:1',
  'chaos:pct:3:8',
  'chaos:spawn',
  'chaos:victim:4ms',
  'chaos:delays:2',
  'chaos:shuffle',
  'chaos:force:order:done:0.1/0:futex:0:9<0.2/0:futex:0:9',
  'chaos:slack:5',
];

/** Whether held calls are immune to signals: Linux 5.19. */
async function isKillable(): Promise<boolean> {
  return (await execa(await builtSupervisor(), ['--probe'])).stdout.includes('killable=1');
}

describe('under every arm, a test ends as it does without', () => {
  test.each([
    ['vforks', ['vfork'], 'exit:0'],
    ['vforks in a second thread', ['vfork', 'thread'], 'exit:0'],
    ['spawns processes while a thread of it polls', ['posix-spawn'], 'exit:0'],
    ['is a shell with pipes', ['/bin/sh', '-c', 'for i in 1 2 3 4 5; do echo a | cat | cat; done'], 'exit:0'],
    ['makes threads and processes without a libc', ['clone-raw'], 'exit:0'],
    ['sends its threads signals', ['signals'], 'exit:0'],
    ['waits by every kind of timer', ['timers'], 'exit:0'],
    ['spins', ['busy'], 'exit:0'],
    ['makes no system call', ['silent'], 'exit:0'],
    ['has a filter of its own', ['own-filter'], 'exit:0'],
    ['becomes another program in its second thread', ['exec-threads'], 'exit:3'],
    ['crashes while its threads are in calls', ['crash-threads'], 'signal:11'],
    ['writes much', ['big-output'], 'exit:0'],
    ['leaves a daemon behind', ['daemon'], 'exit:0'],
  ])('%s', async (_, program, ending) => {
    const { endings, session } = await underEach(program, arms, 3, { limitMs: 20_000 });
    expect(endings).toEqual(Object.fromEntries(arms.map((arm) => [arm, { [ending]: 3 }])));
    expect(session.survivors()).toEqual([]);
    if (program[0] === 'big-output') expect(session.classes[0]?.outcome.output.total).toBe(1 << 20);
    if (program[0] === '/bin/sh') expect(session.classes.map((_, i) => session.outputOf(i))).toEqual(['a\n'.repeat(5)]);
  });

  test.each([
    ['forks a hundred processes', 'fork-100', '100 heard, 100 ended\n'],
    ['has five hundred threads', 'threads-500', '500 threads\n'],
  ])('%s', async (_, program, output) => {
    const { endings, session } = await underEach([program], arms, 1, { limitMs: 20_000 });
    expect(endings).toEqual(Object.fromEntries(arms.map((arm) => [arm, { 'exit:0': 1 }])));
    expect(session.classes.map((_, i) => session.outputOf(i))).toEqual([output]);
  });

  test('and with every class of calls', async () => {
    const all = ['chaos:note/all', 'chaos:pct:2/all', 'chaos:delays:4/all'];
    for (const program of ['clone-raw', 'signals', 'timers', 'vfork', 'own-filter']) {
      const { endings } = await underEach([program], all, 3, { limitMs: 20_000 });
      expect([program, endings]).toEqual([program, Object.fromEntries(all.map((arm) => [arm, { 'exit:0': 3 }]))]);
    }
  });
});

/** Counts of eintr.c, summed over four runs. */
async function interruptions(condition: string): Promise<{ interrupted: number; calls: number; ticks: number }> {
  const { session, endings } = await provoke(['eintr'], condition, 4, { limitMs: 20_000 });
  expect(endings).toEqual({ 'exit:0': 4 });
  const counts = session.classes.map((_, i) => session.outputOf(i).match(/\d+/g)?.map(Number) ?? []);
  const sum = (index: number) => counts.reduce((total, numbers) => total + (numbers[index] ?? 0), 0);
  return { interrupted: sum(0), calls: sum(1), ticks: sum(2) };
}

describe('signals and held calls', () => {
  // A call is out of a signal's reach once it has been received, which takes as long as the machine is busy: the best of
  // twenty attempts counts. Under 16 delays in 8 calls every call is held, and nearly every tick falls into one.
  test.each(['chaos:note/all', 'chaos:delays:16:8/all', 'chaos:victim:4ms/all', 'chaos:pct:2/all'])(
    'under %s, at most one in a hundred calls that cannot be interrupted is',
    async (condition) => {
      if (!(await isKillable())) return;
      let least = 1;
      for (let attempt = 0; attempt < 20 && least > 0.01; attempt++) {
        const { interrupted, calls, ticks } = await interruptions(condition);
        expect(calls).toBeGreaterThanOrEqual(400);
        if (condition.includes('delays')) expect(interrupted).toBeLessThan(ticks / 10);
        least = Math.min(least, interrupted / calls);
      }
      expect(least).toBeLessThanOrEqual(0.01);
    },
  );

  test('a call that is held for longer than a timer takes is not restarted for ever', async () => {
    const { endings } = await provoke(['sa-restart'], 'chaos:delays:16:8/all', 2, { limitMs: 20_000 });
    expect(endings).toEqual({ 'exit:0': 2 });
  });
});

describe('names of events', () => {
  test('do not shift with what a thread did elsewhere before', async () => {
    const keysWith = async (optional: number) => {
      const [trace] = await traces(['misalign', `${optional}`], 'chaos:pct:1', 1);
      return trace?.filter((one) => one.thread === '0.1').map(({ key, call, k }) => ({ key, call, k })) ?? [];
    };
    const [without, with3] = [await keysWith(0), await keysWith(3)];
    const sends = without.filter(({ call }) => call === 'sendto');
    expect(sends.map(({ k }) => k)).toEqual([0, 1, 2]);
    expect(with3.filter(({ call }) => call === 'sendto')).toEqual(sends);
    expect(with3.filter(({ call }) => call === 'write').map(({ k }) => k)).toEqual([0, 1, 2]);
    expect(with3.filter(({ call }) => call !== 'write')).toEqual(without);
  });
});

describe('a new thread', () => {
  test('is awaited before its creator goes on', async () => {
    for (const trace of await traces(['race-order'], 'chaos:pct:1', 10)) {
      const birth = trace.findIndex(({ thread, call }) => thread === '0' && call.startsWith('clone'));
      const next = trace.slice(birth + 1).find(({ thread }) => thread === '0');
      const first = trace.find(({ thread }) => thread === '0.1');
      expect(first?.arrivedUs).toBeLessThanOrEqual(next?.releasedUs ?? 0);
    }
  });
});

describe('chaos and the test do not go together', () => {
  test.each(['own-seccomp', 'strict-seccomp'])('%s: the run says so, and is no failure', async (program) => {
    const { endings } = await underEach([program], ['plain', ...arms], 2);
    const unfit = Object.fromEntries(arms.map((arm) => [arm, { 'unfit:seccomp': 2 }]));
    expect(endings).toEqual({ plain: { 'exit:0': 2 }, ...unfit, 'chaos:slack:5': { 'exit:0': 2 } });
  });

  const setUid = ['/usr/bin/su', '/bin/su'].find((path) => existsSync(path) && (statSync(path).mode & 0o4000) !== 0);

  test.skipIf(!isRoot || setUid === undefined)('a set-uid program under no_new_privs', async () => {
    const program = ['needs-setuid', setUid ?? '', '--version'];
    const conditions = ['plain', 'chaos:note', 'chaos:pct:1', 'chaos:delays:2'];
    const asRoot = await underEach(program, conditions, 2);
    expect(asRoot.endings).toEqual(Object.fromEntries(conditions.map((text) => [text, { 'exit:0': 2 }])));
    const asNobody = await underEach(program, conditions, 2, nobody);
    const unfit = Object.fromEntries(conditions.map((text) => [text, { 'unfit:setuid': 2 }]));
    expect(asNobody.endings).toEqual({ ...unfit, plain: { 'exit:0': 2 } });
  });
});

describe('without privileges', () => {
  test.skipIf(!isRoot)('pct provokes as much, in late runs as in early ones', async () => {
    const session = await Session.start(['race-order'], nobody);
    await session.run({ runs: 400, condition: parseCondition('chaos:pct:1') });
    const failed = session.runsByEnding['exit:1'] ?? [];
    expect(failed.filter((run) => run <= 200).length).toBeGreaterThanOrEqual(50);
    expect(failed.filter((run) => run > 200).length).toBeGreaterThanOrEqual(50);
  });

  const users: [string, typeof nobody | undefined][] = [['whoever runs this', undefined]];
  if (isRoot) users.push(['nobody', nobody]);

  test.each(users)('%s: neither scheduling policy nor affinity outlasts the arm', async (_, settings) => {
    const session = await Session.start(['show-scheduler'], settings);
    const policies = ['chaos:pct:1', 'plain', 'chaos:handoff', 'chaos:shuffle', 'plain'];
    for (const [i, text] of policies.entries()) {
      await session.run({ id: i + 1, runs: 20, jobs: 2, condition: parseCondition(text) });
    }
    const outputs = session.classes.map((_, i) => session.outputOf(i));
    const cpus = allowedCpus().length;
    // SCHED_BATCH under the arms that wait for an idle CPU, never SCHED_IDLE.
    expect(outputs.filter((text) => !/^policy [03], \d+ CPUs\n$/.test(text))).toEqual([]);
    const ofPlain = session.classes.flatMap((one, i) =>
      session.tallies.some((t) => t.class === one.id && [2, 5].includes(t.batch)) ? [outputs[i]] : [],
    );
    expect(new Set(ofPlain)).toEqual(new Set([`policy 0, ${cpus} CPUs\n`]));
  });
});
