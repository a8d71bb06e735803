import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { delegatedCgroup } from '../../src/exec/cgroup.ts';
import { autoArms } from '../../src/perturb/auto-arms.ts';
import { conditionText } from '../../src/perturb/condition-text.ts';
import { type Bench, bench } from './flakehunt.ts';

const auto = autoArms({ quota: delegatedCgroup() !== null, preempt: false }).map(conditionText);
const intercepted = auto.filter((text) => text.startsWith('chaos:') && text !== 'chaos:slack:5');
const pass = { ending: { kind: 'exit', code: 0 }, us: 1000, weight: 1 };
const fail = { ending: { kind: 'exit', code: 1 }, output: 'wait cqe -17\n', us: 1000, weight: 0 };
const unfit = { ending: { kind: 'unfit', why: 'seccomp' }, us: 1000, weight: 0 };

/** One run in 300 fails by itself, every third under one arm. */
const raced = { ...fail, weights: { plain: 1 / 300, 'chaos:pct:2': 0.5 } };
const under = (conditions: string[], weight: number) =>
  Object.fromEntries(conditions.map((condition) => [condition, weight]));

interface Stratum {
  condition: string;
  counts: Record<string, number>;
  eligible: number;
  elapsedMs: number;
}

async function hunt(content: object, ...args: string[]) {
  const place = bench();
  return { place, ...(await call(place, content, ...args, '--', '/bin/true')) };
}

async function call(place: Bench, content: object, ...args: string[]) {
  const path = join(place.dir, 'script.json');
  writeFileSync(path, JSON.stringify(content));
  const { code, out, err } = await place.run(['run', `--engine=fake:${path}`, '--json', ...args]);
  return { code, err, found: JSON.parse(out) as { strata: Stratum[]; runs: number; [key: string]: unknown } };
}

function batches(place: Bench): { condition: string; batch: number }[] {
  return place
    .events()
    .filter(({ type }) => type === 'batch')
    .map(({ stratum, batch }) => ({ condition: (stratum as Stratum).condition, batch: batch as number }));
}

const timeOf = (strata: Stratum[]) => strata.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
const named = (strata: Stratum[], name: string) => strata.filter(({ condition }) => condition === name);

describe('--strategy auto', () => {
  const args = ['--strategy', 'auto', '--seed', 'aa'];

  it('finds the arm that provokes, keeps plain in the mix, and is measured by what plain shows', async () => {
    const { place, code, found } = await hunt({ outcomes: [pass, raced] }, ...args, '--loops', '20000');
    const { strata } = found;
    expect([code, found.runs]).toEqual([1, 20_000]);
    expect(new Set(strata.map(({ condition }) => condition))).toEqual(new Set(auto));
    expect(strata[0]?.condition).toBe('plain');
    expect(timeOf(named(strata, 'plain')) / timeOf(strata)).toBeGreaterThanOrEqual(0.15);
    expect(timeOf(named(strata, 'chaos:pct:2')) / timeOf(strata)).toBeGreaterThan(0.5);
    const [header] = place.events();
    expect(header).toMatchObject({ header: { strategy: 'auto', conditions: auto } });
  });

  it('logs what each batch was told of the test', async () => {
    const effects = { 'chaos:note': { threads: 2, events: 90, concurrent: 21, horizon: 21 } };
    const { place } = await hunt({ outcomes: [{ ...pass, us: 2000 }], effects }, ...args, '--loops', '3000');
    const told = place.events().filter(({ learnt }) => learnt !== null && learnt !== undefined);
    expect(told[0]).toMatchObject({ learnt: { horizon: 21 } });
    const { spanUs } = (told[0] as { learnt: { spanUs: number } }).learnt;
    expect(Math.abs(Math.log2(spanUs / 2000))).toBeLessThan(0.25);
    expect(place.events().filter(({ type }) => type === 'effect').length).toBeGreaterThan(0);
  });

  it('goes on where it was when it is resumed', async () => {
    const content = { outcomes: [pass, raced] };
    const { place } = await hunt(content, ...args, '--loops', '10000');
    const begun = batches(place).length;
    const { found } = await call(place, content, '--resume', 'last', '--loops', '20000');
    expect(found.runs).toBe(20_000);
    const resumed = batches(place).slice(begun);
    expect(new Set(resumed.slice(0, 10).map(({ condition }) => condition)).size).toBeLessThan(6);
    expect(resumed.filter(({ condition }) => condition === 'chaos:pct:2').length).toBeGreaterThan(resumed.length / 2);
  });

  it('does without chaos where that is refused, and says so once', async () => {
    const refuses = { part: 'chaos', text: 'seccomp is refused (EPERM)', conditions: intercepted };
    const { place, code, found } = await hunt({ outcomes: [pass], refuses }, ...args, '--loops', '5000');
    expect([code, found.refused]).toEqual([0, [{ part: 'chaos', text: 'seccomp is refused (EPERM)' }]]);
    expect(place.events().filter(({ type }) => type === 'refused')).toHaveLength(1);
    expect(batches(place).filter(({ condition }) => intercepted.includes(condition))).toHaveLength(1);
    const { out } = await place.run(['show']);
    expect(out.match(/seccomp is refused/g)).toHaveLength(1);
  });

  it('drops an arm that did nothing, and names it', async () => {
    const none = { threads: 1, events: 0 };
    const effects = { 'chaos:note': { threads: 2, events: 9 }, 'chaos:spawn': none, 'chaos:pct:2': none };
    const { place } = await hunt({ outcomes: [pass], effects }, ...args, '--loops', '20000');
    for (const idle of ['chaos:spawn', 'chaos:pct:2']) {
      expect(batches(place).filter(({ condition }) => condition === idle)).toHaveLength(1);
    }
    expect((await place.run(['show'])).out).toMatch(/chaos:pct:2 and chaos:spawn did nothing/);
  });

  it('does without chaos for a test that it does not go with', async () => {
    const outcomes = [
      { ...pass, weights: under(intercepted, 0) },
      { ...unfit, weights: under(intercepted, 1) },
    ];
    const { place, code, found } = await hunt({ outcomes }, ...args, '--loops', '3000');
    expect([code, found.runs]).toEqual([0, 3000]);
    expect(found).toMatchObject({ ended: { reason: 'loops' }, refused: [{ part: 'chaos' }] });
    expect(batches(place).filter(({ condition }) => intercepted.includes(condition))).toHaveLength(1);
    expect(named(found.strata, 'plain')[0]?.counts).toMatchObject({ invalid: 0 });
  });

  it('bounds the rate under plain, whatever other conditions provoke', async () => {
    const clean = { ...fail, weights: { 'chaos:pct:2': 0.5 } };
    const { code, found } = await hunt({ outcomes: [pass, clean] }, ...args, '--until-rate', '1%');
    expect([code, found.ended]).toMatchObject([1, { reason: 'rate' }]);
    expect(named(found.strata, 'plain')[0]?.eligible).toBeGreaterThanOrEqual(299);
    expect(found.runs).toBeGreaterThan(299);
  });
});

describe('a condition that was asked for', () => {
  it('gets four fifths of the time, plain the rest', async () => {
    const { found } = await hunt({ outcomes: [pass] }, '--chaos', 'spawn', '--loops', '20000');
    const share = timeOf(named(found.strata, 'plain')) / timeOf(found.strata);
    expect(share).toBeGreaterThanOrEqual(0.2);
    expect(share).toBeLessThan(0.25);
  });

  it('is replaced by plain where it is refused, with the same exit code, and that is said once', async () => {
    const refuses = { part: 'chaos', text: 'seccomp is refused (EPERM)' };
    const args = ['--chaos', 'pct:2', '--loops', '3000'];
    const { place, code, found } = await hunt({ outcomes: [pass], refuses }, ...args);
    expect([code, found.runs]).toEqual([0, 3000]);
    expect(found.strata.filter(({ eligible }) => eligible > 0)).toMatchObject([{ condition: 'plain', eligible: 3000 }]);
    expect((await place.run(['show'])).out.match(/seccomp is refused/g)).toHaveLength(1);
    expect((await hunt({ outcomes: [fail], refuses }, ...args)).code).toBe(1);
  });

  it('is given up when it freezes the machine', async () => {
    const place = bench();
    const path = join(place.dir, 'script.json');
    writeFileSync(path, JSON.stringify({ outcomes: [pass], paceMs: 3000 }));
    const hunting = place.start([
      'run',
      `--engine=fake:${path}`,
      '--noise',
      'cpu:1',
      '--loops',
      '800',
      '--',
      '/bin/true',
    ]);
    // Three seconds of plain, three of noise.
    while (!isUnderNoise(place)) await sleep(50);
    hunting.kill('SIGSTOP');
    await sleep(4000);
    hunting.kill('SIGCONT');
    const { stdout } = await hunting;
    expect(stdout).toMatch(/No noise: it froze this machine for \d+ s\./);
    expect(place.events().filter(({ type }) => type === 'refused')).toHaveLength(1);
  });
});

/** Whether the batch given out last is one; false before the hunt has begun. */
function isUnderNoise(place: Bench): boolean {
  try {
    return batches(place).at(-1)?.condition.startsWith('noise:') === true;
  } catch {
    return false;
  }
}
