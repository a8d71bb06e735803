import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { layTree } from '../lab/laid-tree.ts';
import { readTruth } from '../lab/truth.ts';
import { change, confirm } from './bisecting.ts';
import { bench } from './flakehunt.ts';
import { newMark, underWay } from './processes.ts';

const pct = ['--condition', 'chaos:pct:1'];
const handoff = ['--condition', 'chaos:handoff'];

it('a fix on a branch: gone, in as many clean runs as were planned or more', async () => {
  const fix = readTruth().bugs.find(({ id }) => id === 'msg-ring-race')?.fixOnBranch?.commit;
  // The condition is found; of 20000 simulated confirmations at this rate all said "gone".
  const place = bench({ FLAKEHUNT_STRATEGY: 'auto' });
  const { code, err, found } = await confirm(place, 'fix/msg-ring', 'msg-ring', '--tree', 'lab');
  expect([code, err, found.verdict]).toEqual([0, '', 'gone']);
  expect(found.condition).toMatch(/chaos/);
  expect([found.before.commit.commit, found.after.commit.commit]).toEqual([readTruth().head.commit, fix]);
  expect(found.after.rate.failures).toBe(0);
  expect(found.after.rate.runs).toBeGreaterThanOrEqual(found.plan.cleanRuns ?? Number.POSITIVE_INFINITY);
  expect(found.p).toBeLessThan(0.05);
});

it('the fix of a test in its history, named by both sides; the plan is told before the runs', async () => {
  const [before, after] = [`${change('claim-twice', 1)}~1`, 'v0.4~8'];
  const call = ['confirm', '--before', before, '--after', after, 'claim', '--tree', 'lab', ...handoff, '--seed', '1'];
  const { code, out } = await bench().run(call);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^plan {7}"gone" at 95 % needs (20 clean runs after, the fewest that will do|\d+ clean runs after, given at least \d+ % before)/m,
  );
  expect(out).toMatch(/^claim: gone: 0 of \d+ runs after, \d+ of \d+ before/m);
});

it('a commit that changes nothing is not said to be a fix', async () => {
  const place = bench();
  const path = join(place.dir, 'script.json');
  const outcomes = [
    { ending: { kind: 'exit', code: 0 }, weight: 1 },
    { ending: { kind: 'exit', code: 1 }, output: 'slot claimed by 2 threads\n', weight: 1 },
  ];
  writeFileSync(path, JSON.stringify({ outcomes }));
  // Equal rates are told apart once in 30 times; the engine draws the same for the same seed.
  const { code, found } = await confirm(place, 'eb829fb', 'claim', '--tree', 'lab', `--engine=fake:${path}`);
  expect([code, found.verdict]).toEqual([1, 'unchanged']);
  expect(found.ratio.low).toBeLessThan(1);
});

it('where it does not fail before, nothing is said of a fix', async () => {
  const place = bench();
  const call = ['confirm', '5c99525', 'claim', '--tree', 'lab', ...handoff, '--time', '5s', '--json'];
  const { code, out, err } = await place.run(call);
  expect([code, out]).toEqual([5, '']);
  expect(err).toMatch(/did not fail in \d+ runs: it fails in less than \S+ % of them, at 95 %/);
  expect(err).not.toMatch(/gone/);
});

it('uncommitted work against what it stands on', async () => {
  const tree = await layTree();
  onTestFinished(() => tree.remove());
  const patch = await tree.git('show', 'fix/msg-ring');
  await execa('git', ['apply', '-'], { cwd: tree.path, input: `${patch}\n` });
  const source = join(tree.path, 'test/msg-ring.c');
  const mended = readFileSync(source, 'utf8');
  const { code, found } = await confirm(
    bench(),
    ...['worktree', 'msg-ring', '--suite', 'lab', '--tree', tree.path, ...pct],
  );
  expect([code, found.verdict, found.after.commit.name]).toEqual([0, 'gone', 'worktree']);
  expect(found.before.commit.commit).toBe(readTruth().head.commit);
  expect(readFileSync(source, 'utf8')).toBe(mended);
  expect(await tree.git('status', '--porcelain')).toBe(' M test/msg-ring.c');
});

it('that is interrupted leaves no process, and no verdict', async () => {
  const mark = newMark();
  const place = bench(mark.env);
  const call = place.start(['confirm', '5c99525', 'claim', '--tree', 'lab', ...handoff, '--json']);
  await underWay(place, call);
  call.kill('SIGINT');
  const { exitCode, stdout } = await call;
  expect(exitCode).toBe(130);
  expect(stdout).not.toMatch(/gone/);
  await mark.allGone();
});

it.each<[what: string, args: string[], message: RegExp]>([
  ['the same commit twice', ['--before', 'v0.3', '--after', 'v0.3', 'claim'], /same (files|commit)/],
  ['a revision that is not there', ['v9', 'claim'], /no revision "v9"/],
])('%s is a mistake', async (_, args, message) => {
  const { code, out, err } = await bench().run(['confirm', ...args, '--tree', 'lab']);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(message);
});
