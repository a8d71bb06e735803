import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LaidTree, layTree } from './laid-tree.ts';
import { readTruth } from './truth.ts';

const truth = readTruth();
let lab: LaidTree;

beforeAll(async () => {
  lab = await layTree();
}, 60_000);
afterAll(() => lab.remove());

it('builds msg-ring.t without a warning in every commit that has it, except in those listed', async () => {
  const byInputs = new Map<string, { ok: boolean; log: string }>();
  const broken: string[] = [];
  for (const commit of (await lab.git('rev-list', '--reverse', '--branches')).split('\n')) {
    const inputs = await builtInputs(commit);
    if (!inputs.includes('test/msg-ring.c')) continue;
    const result = byInputs.get(inputs) ?? (await lab.build(commit, ['msg-ring']));
    byInputs.set(inputs, result);
    if (result.ok) expect(result.log).not.toContain('warning');
    else broken.push(commit);
  }
  expect(broken.sort()).toEqual(truth.unbuildable.map(({ commit }) => commit).sort());
  // Far fewer builds than commits: what a build store may count on.
  expect(byInputs.size).toBeLessThan(truth.commitsOnMain / 2);
}, 300_000);

it('builds every test of every tagged release without a warning', async () => {
  for (const tag of (await lab.git('tag')).split('\n')) {
    const files = (await lab.git('ls-tree', '--name-only', tag, 'test/')).split('\n');
    const tests = files.flatMap((file) => /^test\/(.*)\.c$/.exec(file)?.[1] ?? []).filter((name) => name !== 'helpers');
    const { ok, log } = await lab.build(tag, tests);
    expect([tag, ok]).toEqual([tag, true]);
    expect(log).not.toContain('warning');
  }
}, 120_000);

it('says what is wrong in the commits that do not build', async () => {
  for (const { commit } of truth.unbuildable) {
    const { ok, log } = await lab.build(commit, ['msg-ring']);
    expect(ok).toBe(false);
    expect(log).toMatch(/ring_get_sqe|failed/);
  }
}, 60_000);

it('still builds a plain test where only msg-ring is broken', async () => {
  const single = truth.unbuildable.find(({ breaks }) => breaks === 'msg-ring');
  expect((await lab.build(single?.commit ?? '', ['heartbeat'])).ok).toBe(true);
}, 60_000);

/** The blobs msg-ring.t is made from: everything the build reads but the other tests' sources. */
async function builtInputs(commit: string): Promise<string> {
  const listing = await lab.git('ls-tree', '-r', commit, 'configure', 'src/', 'test/');
  const others = /\ttest\/(?!msg-ring\.c|helpers\.[ch]|Makefile)/;
  return listing
    .split('\n')
    .filter((line) => !others.test(line))
    .join('\n');
}
