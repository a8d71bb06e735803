import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Pin } from '../../src/model/condition.ts';
import { mixSeed } from '../../src/stats/random.ts';
import { builtProgram } from './built.ts';
import { allowedCpus, endingOf, numbersOf, range, Session } from './session.ts';

describe('what a test finds', () => {
  test('three descriptors, an empty input, default signals, a session of its own', async () => {
    // The wrapper does what careless parents do.
    const wrapper = ['/bin/sh', '-c', 'trap "" INT PIPE HUP CHLD; exec "$1" 7<>/dev/null 9</etc/passwd', 'sh'];
    const files = await Session.start(['show-fds'], { wrapper });
    await files.run({ runs: 3 });
    expect(files.classes.map((_, i) => files.outputOf(i))).toEqual(['fd 0\nfd 1\nfd 2\ninput 0\n']);
    const signals = await Session.start(['show-process'], { wrapper });
    await signals.run({ runs: 3 });
    expect(signals.outputOf(0).replace(/\t0{16}/g, ' none')).toBe(
      'SigPnd: none\nSigBlk: none\nSigIgn: none\nSigCgt: none\nsession own\ngroup own\n',
    );
  });

  test('its arguments, its environment and nothing else, and the seed of its run', async () => {
    const session = await Session.start(['show-run', 'two words', '', 'é%\n'], { firstRun: 5, env: { EMPTY: '' } });
    await session.run({ runs: 3 });
    expect(session.classes.map((c) => c.run)).toEqual([5, 6, 7]);
    session.classes.forEach(({ run }, i) => {
      const given = Object.entries(session.job.env).map(([name, value]) => `${name}=${value}`);
      const ours = [`FLAKEHUNT_RUN=${run}`, `FLAKEHUNT_SEED=${mixSeed('00000000000000ff', run)}`];
      const shown = ['arg two words', 'arg ', 'arg é%', '', ...given, ...ours].join('\n');
      expect(Buffer.from(session.outputOf(i), 'latin1').toString()).toBe(`${shown}\n`);
    });
  });

  test('with a folder of the user, that folder, which is left as it is', async () => {
    const session = await Session.start(['/bin/sh', '-c', 'pwd; ls; touch made'], { cwd: { kind: 'path', path: '/' } });
    await session.stop();
    const outside = session.job.env.OUTSIDE ?? '';
    const inside = await Session.start(['/bin/sh', '-c', 'pwd; ls; touch made'], {
      cwd: { kind: 'path', path: outside },
    });
    await inside.run({ runs: 2 });
    expect(inside.outputOf(0)).toBe(`${outside}\n`);
    expect(inside.outputOf(1)).toBe(`${outside}\nmade\n`);
  });
});

describe('outcomes', () => {
  test('each run is reported once, under its ending', async () => {
    const session = await Session.start(['end-by-run']);
    await session.run({ runs: 400, jobs: 3 });
    const of = (rest: number) => range(1, 400).filter((run) => run % 4 === rest);
    expect(session.runsByEnding).toEqual({ 'exit:0': of(0), 'exit:1': of(1), 'exit:77': of(2), 'signal:9': of(3) });
    expect(await session.stop()).toMatchObject({ runs: 400, abandoned: 0, reason: 'stop' });
    expect(await session.exit()).toEqual({ code: 0, signal: null, complaint: '' });
  });

  test('usage is of the run, and a tally adds up', async () => {
    const session = await Session.start(['/bin/true']);
    await session.run({ runs: 100 });
    const [{ outcome } = {}] = session.classes;
    expect(outcome?.usage.maxRssKiB).toBeGreaterThan(0);
    expect(outcome?.usage.wallUs).toBeGreaterThan(0);
    for (const tally of session.tallies) {
      expect(tally.count).toBe(numbersOf(tally).length);
      expect(tally.histogram.reduce((sum, [, count]) => sum + count, 0)).toBe(tally.count);
      expect(tally.wall.minUs * tally.count).toBeLessThanOrEqual(tally.wall.sumUs);
      expect(tally.wall.maxUs * tally.count).toBeGreaterThanOrEqual(tally.wall.sumUs);
      expect(tally.eachUs?.length ?? tally.count).toBe(tally.count);
      expect(tally.eachUs?.reduce((sum, us) => sum + us, 0) ?? tally.wall.sumUs).toBe(tally.wall.sumUs);
    }
  });

  test.each([
    ['is missing', '/nonexistent/test', 2],
    ['is a directory', '/tmp', 13],
    ['is a file that nobody may execute', '/etc/passwd', 13],
  ])('a program that %s is not executed, and says why', async (_, program, errno) => {
    const session = await Session.start([program]);
    await session.run({ runs: 3 });
    expect(session.runsByEnding).toEqual({ [`noexec:${errno}`]: [1, 2, 3] });
  });

  test('a program that vanishes and comes back: noexec in between', async () => {
    const session = await Session.start(['/bin/true']);
    await session.stop();
    const program = join(session.job.env.OUTSIDE ?? '', 'program');
    copyFileSync('/bin/true', program);
    const hunt = await Session.start([program]);
    await hunt.run({ id: 1, runs: 5 });
    rmSync(program);
    await hunt.run({ id: 2, runs: 5 });
    copyFileSync('/bin/true', program);
    await hunt.run({ id: 3, runs: 5 });
    writeFileSync(program, 'neither ELF nor a script');
    chmodSync(program, 0o755);
    await hunt.run({ id: 4, runs: 5 });
    expect(hunt.runsByEnding).toEqual({
      'exit:0': [...range(1, 5), ...range(11, 15)],
      'noexec:2': range(6, 10),
      'noexec:8': range(16, 20),
    });
  });

  test('a working directory that vanishes', async () => {
    const session = await Session.start(['/bin/true']);
    await session.stop();
    const path = join(session.job.env.OUTSIDE ?? '', 'cwd');
    mkdirSync(path);
    const hunt = await Session.start(['/bin/true'], { cwd: { kind: 'path', path } });
    await hunt.run({ id: 1, runs: 2 });
    rmSync(path, { recursive: true });
    await hunt.run({ id: 2, runs: 2 });
    expect(hunt.runsByEnding).toEqual({ 'exit:0': [1, 2], 'noexec:2': [3, 4] });
  });

  test('a program that becomes another one', async () => {
    const session = await Session.start(['exec-other']);
    await session.run({ runs: 2 });
    expect(session.runsByEnding).toEqual({ 'exit:3': [1, 2] });
    expect(session.outputOf(0)).toBe('another\n');
  });
});

describe('batches', () => {
  test('run in order, without gaps, whether workers drain between them or not', async () => {
    const session = await Session.start(['/bin/true'], { firstRun: 1001 });
    const sizes = [50, 0, 1, 30, 7, 0, 20, 3];
    sizes.forEach((runs, i) => {
      session.submit({ id: i + 1, runs, jobs: i < 4 ? 3 : 1 + (i % 2) });
    });
    const ends = [];
    for (const _ of sizes) ends.push(await session.until('batch-end'));
    expect(ends.map((end) => [end.id, end.runs])).toEqual(sizes.map((runs, i) => [i + 1, runs]));
    expect(session.runsByEnding).toEqual({ 'exit:0': range(1001, 1111) });
    const inBatch = new Map(sizes.map((_, i) => [i + 1, 0]));
    for (const one of session.classes) inBatch.set(one.batch, (inBatch.get(one.batch) ?? 0) + 1);
    for (const one of session.tallies) inBatch.set(one.batch, (inBatch.get(one.batch) ?? 0) + one.count);
    expect([...inBatch.values()]).toEqual(sizes);
  });

  test('of a duration end after it, and a later one goes on with the numbers', async () => {
    const session = await Session.start(['/bin/true']);
    const timed = await session.run({ id: 1, ms: 100, jobs: 2 });
    expect(timed.elapsedUs).toBeGreaterThanOrEqual(100_000);
    expect((await session.run({ id: 2, ms: 0 })).runs).toBe(0);
    await session.run({ id: 3, runs: 5 });
    expect(session.runsByEnding).toEqual({ 'exit:0': range(1, timed.runs + 5) });
  });

  test('queue up to 64 deep', async () => {
    const session = await Session.start(['/bin/true']);
    for (let id = 1; id <= 64; id++) session.submit({ id, runs: 2, jobs: 1 + (id % 3 === 0 ? 1 : 0) });
    await session.until('batch-end', (r) => r.id === 64);
    expect(session.runsByEnding).toEqual({ 'exit:0': range(1, 128) });
  });

  test('without an end last until stop, and what was done by then counts', async () => {
    const session = await Session.start(['/bin/true']);
    session.submit({ jobs: 2 });
    await session.until('tally');
    const bye = await session.stop(60_000);
    expect(bye).toMatchObject({ abandoned: 0, reason: 'stop' });
    expect(session.runsByEnding).toEqual({ 'exit:0': range(1, bye.runs) });
  });
});

describe('pinning', () => {
  const cpus = allowedCpus();
  const n = cpus.length;
  const nth = (i: number) => cpus[i % n] ?? 0;
  const shown = async (pin: Pin, jobs: number, runs: number) => {
    const session = await Session.start(['show-cpus']);
    await session.run({ condition: { pin }, jobs, runs });
    return session.classes.map((one, i) => ({
      worker: one.worker,
      cpus: [...session.outputOf(i).matchAll(/\d+/g)].map(Number),
    }));
  };

  test('free leaves all CPUs', async () => {
    expect((await shown({ policy: 'free' }, 2, 20)).map((one) => one.cpus)).toEqual([cpus]);
  });

  test.each([1, 3])('one, spread and pair deal the CPUs to %i workers', async (jobs) => {
    const sorted = (list: number[]) => [...new Set(list)].sort((a, b) => a - b);
    for (const one of await shown({ policy: 'one' }, jobs, 40)) expect(one.cpus).toEqual([nth(one.worker)]);
    for (const one of await shown({ policy: 'pair' }, jobs, 40)) {
      expect(one.cpus).toEqual(sorted([nth(2 * one.worker), nth(2 * one.worker + 1)]));
    }
    for (const one of await shown({ policy: 'spread' }, jobs, 40)) {
      const share = cpus.filter((_, i) => i % jobs === one.worker);
      expect(one.cpus).toEqual(jobs >= n ? [nth(one.worker)] : share);
    }
  });

  test('shuffle draws from the seed: the same run has the same CPUs', async () => {
    const draw = async () => {
      const session = await Session.start(['/bin/sh', '-c', 'echo $FLAKEHUNT_RUN; exec "$0"', await showCpus()]);
      await session.run({ condition: { pin: { policy: 'shuffle' } }, jobs: 2, runs: 12 });
      return session.classes.map((_, i) => session.outputOf(i)).sort();
    };
    expect(await draw()).toEqual(await draw());
  });

  test('list takes exactly these, and afterwards all are free again', async () => {
    const session = await Session.start(['show-cpus']);
    await session.run({ id: 1, condition: { pin: { policy: 'list', cpus: [nth(n - 1)] } }, runs: 3 });
    await session.run({ id: 2, runs: 3 });
    const outputs = [[nth(n - 1)], cpus].map((list) => list.map((cpu) => `cpu ${cpu}\n`).join(''));
    expect(session.classes.map((_, i) => session.outputOf(i))).toEqual(n === 1 ? outputs.slice(0, 1) : outputs);
  });

  test('CPUs that do not exist: no run is executed under another condition than ordered', async () => {
    const session = await Session.start(['/bin/true']);
    await session.run({ condition: { pin: { policy: 'list', cpus: [1023] } }, runs: 2 });
    expect(session.classes.map(endingOf)).toEqual(['noexec:22']);
  });
});

const showCpus = () => builtProgram('show-cpus');
