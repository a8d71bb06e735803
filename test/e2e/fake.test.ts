import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Bench, bench } from './flakehunt.ts';

const pass = { ending: { kind: 'exit', code: 0 }, us: 1000 };
const skip = { ending: { kind: 'exit', code: 77 }, output: 'no such device\n', us: 1000 };
const eexist = {
  ending: { kind: 'exit', code: 1 },
  output: 'wait cqe -17\ncqe res 32\ntest_disabled_ring failed\nring flags defer failed\n',
  us: 1000,
};
const crash = { ending: { kind: 'signal', signal: 11, core: false }, output: 'about to crash\n', us: 1000 };

function script(place: Bench, content: object): string {
  const path = join(place.dir, 'script.json');
  writeFileSync(path, JSON.stringify(content));
  return `--engine=fake:${path}`;
}

async function hunt(content: object, ...args: string[]) {
  const place = bench();
  const engine = script(place, content);
  const { code, out, err } = await place.run(['run', engine, '--json', ...args, '--', '/bin/true']);
  return { place, engine, code, err, hunt: out === '' ? null : JSON.parse(out) };
}

describe('a hunt of a scripted test', () => {
  it('counts, names and rates exactly what the script holds', async () => {
    const sequence = Array.from({ length: 100 }, (_, i) => (i === 41 ? 1 : i === 76 ? 2 : 0));
    const { code, hunt: found } = await hunt({ outcomes: [pass, eexist, crash], sequence }, '--loops', '1000');
    expect(code).toBe(1);
    expect(found).toMatchObject({ v: 1, runs: 1000, counts: { pass: 980, fail: 20, masked: 0, skip: 0, hang: 0 } });
    expect(found.signatures).toHaveLength(2);
    const [first, second] = [...found.signatures].sort((a, b) => a.firstRun - b.firstRun);
    expect(first).toMatchObject({ count: 10, firstRun: 42 });
    expect(first.title).toBe('wait cqe -17 (EEXIST) > test_disabled_ring failed');
    expect(first.known).toBeNull();
    expect(second).toMatchObject({ count: 10, firstRun: 77 });
    const [rate] = first.rates;
    expect(rate).toMatchObject({ condition: 'plain', jobs: 1, failures: 10, runs: 1000 });
    // Beta(10.5, 990.5), quantiles by R's qbeta.
    expect(rate.low).toBeCloseTo(0.00513, 4);
    expect(rate.high).toBeCloseTo(0.01764, 4);
  });

  it('keeps skips out of the denominator', async () => {
    const { hunt: found } = await hunt({ outcomes: [pass, skip, eexist], sequence: [0, 1, 1, 2] }, '--loops', '400');
    expect(found.counts).toMatchObject({ pass: 100, skip: 200, fail: 100 });
    expect(found.signatures[0].rates[0]).toMatchObject({ failures: 100, runs: 200 });
  });

  it.each([
    ['nothing found', [pass], ['--loops', '50'], 0, 'loops'],
    ['failures', [eexist], ['--loops', '50'], 1, 'loops'],
    ['all skipped', [skip], ['--loops', '5'], 77, 'loops'],
    ['all skipped, without asking for many', [skip], ['--time', '1h'], 77, 'skipped'],
    ['rate bounded', [pass], ['--until-rate', '1%'], 0, 'rate'],
    ['rate not bounded in time', [pass], ['--until-rate', '0.01%', '--loops', '100'], 5, 'loops'],
    ['enough failures', [pass, eexist], ['--failures', '3'], 1, 'failures'],
  ])('ends with the exit code of its end: %s', async (_, outcomes, args, code, reason) => {
    const result = await hunt({ outcomes }, ...args);
    expect([result.code, result.hunt.ended.reason]).toEqual([code, reason]);
  });

  it('reports masked runs without failing, unless told to', async () => {
    const masked = { ...eexist, ending: { kind: 'exit', code: 0 } };
    const place = bench();
    const engine = script(place, { outcomes: [pass, masked], sequence: [0, 1] });
    const call = ['run', engine, '--suite', 'liburing', '--loops', '10', '--json'];
    const reported = await place.run([...call, '--', '/bin/true']);
    expect(reported.code).toBe(0);
    expect(JSON.parse(reported.out).counts).toMatchObject({ pass: 5, masked: 5 });
    expect((await place.run([...call, '--masked', 'fail', '--', '/bin/true'])).code).toBe(1);
  });

  it('keeps what it learned when the engine breaks, and can go on', async () => {
    const { place, engine, code, err } = await hunt({ outcomes: [pass], dieAfter: 500 }, '--loops', '2000');
    expect(code).toBe(3);
    expect(err).toContain('The fake engine broke');
    const shown = await place.json(['show', '--json']);
    expect(shown).toMatchObject({ ended: { reason: 'error' } });
    writeFileSync(join(place.dir, 'script.json'), JSON.stringify({ outcomes: [pass] }));
    const resumed = await place.run(['run', engine, '--resume', 'last', '--json']);
    expect(resumed.code).toBe(0);
    expect(JSON.parse(resumed.out)).toMatchObject({ runs: 2000, sessions: 2 });
  });

  it('draws the same outcomes from the same seed', async () => {
    const content = {
      outcomes: [
        { ...pass, weight: 0.97 },
        { ...eexist, weight: 0.03 },
      ],
    };
    const firstRuns = async (seed: string) =>
      (await hunt(content, '--loops', '2000', '--seed', seed)).hunt.signatures[0].sampleRuns;
    expect(await firstRuns('00c0ffee')).toEqual(await firstRuns('C0FFEE'));
    expect(await firstRuns('c0ffee')).not.toEqual(await firstRuns('c0ffef'));
  });
});
