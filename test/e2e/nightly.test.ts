import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { git } from './coin-history.ts';
import { bench } from './flakehunt.ts';
import { layTests, nightly, runsOf, verdicts } from './night-tree.ts';

const calm = { alpha: 'never', beta: 'never', zeta: 4 } as const;
const short = ['--time', '4s'];

describe('two nights', () => {
  it('name what was planted between them, the commits it came in, and later what was mended', async () => {
    const place = bench();
    const good = await layTests(place, calm);
    const first = await nightly(place, short);
    expect(verdicts(first.night)).toEqual({ alpha: 'baseline', beta: 'baseline', zeta: 'baseline' });
    expect([first.code, first.night.failing]).toEqual([0, []]);
    expect(first.night.cells.map(({ hunt }) => hunt)).not.toContain(null);

    const bad = await layTests(place, { beta: 3 });
    const second = await nightly(place, short);
    expect(verdicts(second.night)).toEqual({ alpha: 'unchanged', beta: 'new-flake', zeta: 'unchanged' });
    const [, beta] = second.night.verdicts;
    expect(beta?.range).toEqual({ old: good, new: bad });
    expect(beta?.comparison).toMatchObject({
      condition: 'plain',
      before: { failures: 0 },
    });
    expect(beta?.bisect).toMatch(
      new RegExp(`^flakehunt bisect beta .*--good ${good.slice(0, 12)} --bad ${bad.slice(0, 12)}`),
    );
    expect([second.code, second.night.failing]).toEqual([1, ['beta: new-flake']]);

    await layTests(place, { beta: 'never' });
    const third = await nightly(place, short);
    expect(verdicts(third.night)).toEqual({ alpha: 'unchanged', beta: 'fixed', zeta: 'unchanged' });
    expect(third.code).toBe(0);

    const trend = (await place.json(['history', 'beta', '--json'])) as { points: { rate: { failures: number } }[] };
    expect(trend.points.map(({ rate }) => rate.failures > 0)).toEqual([false, true, false]);
    const told = await place.run(['history', 'beta failed']);
    expect(told.out).toMatch(new RegExp(`beta failed\\n.* of beta, .*in .* at ${bad.slice(0, 12)}`));
    // Each cell's hunt is one like any other.
    const hunt = second.night.cells.find(({ test }) => test === 'beta')?.hunt ?? '';
    expect((await place.run(['show', hunt])).out).toContain('beta failed');
    expect((await place.run(['replay', hunt])).code).toBe(1);
    expect((await place.run(['list'])).out).not.toContain('beta');
  });

  it('with --bisect name the very commit', async () => {
    const place = bench();
    await layTests(place, calm);
    await nightly(place, short);
    await layTests(place, { alpha: 'never' });
    const bad = await layTests(place, { beta: 1 });
    await layTests(place, { gamma: 'never' });
    const { night } = await nightly(place, [...short, '--bisect', 'beta']);
    expect(night.bisects).toMatchObject([{ test: 'beta', exitCode: 0 }]);
    const { out } = await place.run(['show', night.bisects?.[0]?.bisect ?? '']);
    expect(out).toContain(bad.slice(0, 8));
  });
});

describe('a quarantine', () => {
  const entry = (expires: string, signature = '') =>
    `quarantine:\n  - {test: 'bet*', reason: under repair, owner: me, expires: ${expires}${signature}}\n`;

  it('holds until its day, and only for its own failure', async () => {
    const place = bench();
    await layTests(place, calm);
    await nightly(place, short);
    await layTests(place, { beta: 3 }, entry('2999-01-01'));
    const held = await nightly(place, short);
    expect(held.night.verdicts[1]?.quarantine?.state).toBe('holds');
    expect([held.code, held.night.failing]).toEqual([0, []]);

    const file = join(place.dir, 'flakehunt.config.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('2999-01-01', '2020-01-01'));
    const expired = await nightly(place, short);
    expect(expired.night.verdicts[1]?.quarantine?.state).toBe('expired');
    expect([expired.code, expired.night.failing]).toEqual([1, ['beta: its quarantine expired on 2020-01-01 (me)']]);

    await layTests(place, { beta: 'never' }, entry('2999-01-01', ', signature: something else'));
    const other = await nightly(place, short);
    expect(other.night.verdicts[1]).toMatchObject({ verdict: 'fixed', state: 'passing' });
  });
});

describe('tests side by side', () => {
  it.skipIf(availableParallelism() < 2)('are all hunted, as another kind of machine', async () => {
    const place = bench();
    await layTests(place, calm);
    const { code, night } = await nightly(place, [...short, '--jobs', '2']);
    expect(night.machineClass).toMatch(/, 2 tests side by side$/);
    expect(night.cells.map(runsOf).filter((runs) => runs > 10)).toHaveLength(3);
    expect(code).toBe(0);
  });
});

describe('reports', () => {
  it('are written beside the result, also when the night is over', async () => {
    const place = bench();
    await layTests(place, { alpha: 'never', beta: 2 });
    const files = ['--report', 'n.html', '--junit', 'n.xml', '--ctrf', 'n.json', '--markdown', 'n.md'];
    const { night } = await nightly(place, ['--time', '3s', ...files, '--ktap', 'n.ktap', '--ndjson', 'n.ndjson']);
    for (const name of ['n.html', 'n.xml', 'n.json', 'n.md', 'n.ktap', 'n.ndjson']) {
      expect(readFileSync(join(place.dir, name), 'utf8')).toContain('beta');
    }
    const again = await place.run(['report', night.id, '--junit', 'again.xml']);
    expect([again.code, again.err]).toEqual([0, '']);
    expect(readFileSync(join(place.dir, 'again.xml'), 'utf8')).toBe(readFileSync(join(place.dir, 'n.xml'), 'utf8'));
    expect((await place.run(['show', night.id])).out).toContain(`night ${night.id}`);
    const summary = join(place.dir, 'summary.md');
    const github = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const annotated = await nightly(place, ['--time', '3s'], { env: github });
    expect(annotated.err).toMatch(/^::warning title=beta%3A flaky as before::/m);
    expect(readFileSync(summary, 'utf8')).toMatch(/^### beta: flaky as before$/m);
    const refused = await place.run(['nightly', '--tree', 'tree', '--suite', 'coins', '--junit', 'nowhere/n.xml']);
    expect([refused.code, refused.err]).toEqual([
      2,
      expect.stringMatching(/--junit nowhere\/n\.xml cannot be written/),
    ]);
  });
});

describe('a test that hangs at times', () => {
  it('is given the time to be seen hanging, whatever its turn was', async () => {
    const place = bench();
    await layTests(place, { alpha: 'hangs', beta: 'never' });
    const { night } = await nightly(place, ['--time', '12s', '--limit', '2s']);
    const [alpha] = night.cells;
    expect(alpha?.counts.hang).toBeGreaterThan(0);
    expect(alpha?.counts.pass).toBeGreaterThan(18);
    expect(alpha?.signatures[0]?.signature.kind).toBe('hang');
    expect(night.cells.map(runsOf)[1]).toBeGreaterThan(10);
  });
});

describe('one bad test', () => {
  it('does not end the night', async () => {
    const place = bench();
    await layTests(place, { alpha: 'broken', beta: 'never' });
    const { code, night } = await nightly(place, short);
    expect(verdicts(night)).toEqual({ alpha: 'invalid', beta: 'baseline' });
    expect(night.cells[0]?.reason).toBe('it cannot be built: alpha.c:1: error: no');
    expect(code).toBe(0);
    expect(night.cells.map(runsOf)[1]).toBeGreaterThan(10);
  });

  it('is not a green night where there is no other', async () => {
    const place = bench();
    await layTests(place, { alpha: 'broken' });
    const { code } = await nightly(place, short);
    expect(code).toBe(3);
  });
});

describe('a choice of tests', () => {
  it('is made by names and globs, by what changed, and by shards that have each test once', async () => {
    const place = bench();
    await layTests(place, { ...calm, beta2: 'never', gamma: 'never', delta: 'never' });
    const quick = ['--time', '2s'];
    const chosen = async (...args: string[]) => (await nightly(place, [...quick, ...args])).night.tests;
    expect(await chosen('bet*', 'alpha')).toEqual(['alpha', 'beta', 'beta2']);
    const shards = await Promise.all(['1/2', '2/2'].map((shard) => chosen('--shard', shard)));
    expect(shards.flat().sort()).toEqual(['alpha', 'beta', 'beta2', 'delta', 'gamma', 'zeta']);
    await layTests(place, { beta: 1000 });
    // Where the tree lies is no matter.
    await git(place.dir, 'clone', '-q', 'tree', 'copy');
    expect(await chosen('--changed', '--tree', 'copy')).toEqual(['beta']);
    const { code, err, night } = await nightly(place, [...quick, '--changed']);
    expect([code, night.tests, night.notes.length]).toEqual([0, [], 1]);
    expect(err).toBe('');
    expect(night.notes[0]).toMatch(/^nothing that was asked for changed since night .*-night-coins-/);
  });
});

describe('a past that the tree does not know', () => {
  it('makes all tests changed', async () => {
    const place = bench();
    await layTests(place, calm);
    await nightly(place, ['--time', '2s']);
    const tree = join(place.dir, 'tree');
    await git(tree, 'commit', '-q', '--amend', '-m', 'another past');
    await git(tree, 'reflog', 'expire', '--expire=now', '--all');
    await git(tree, 'gc', '-q', '--prune=now');
    const { night } = await nightly(place, ['--time', '2s', '--changed']);
    expect(night.tests).toEqual(['alpha', 'beta', 'zeta']);
    expect(night.notes[0]).toMatch(/the tree does not know [0-9a-f]{12}/);
  });
});
