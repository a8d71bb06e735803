import { rm } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { commit, merge } from '../../source/sample-history.ts';
import { type SampleContext, sampleContext, sampleFiles, sampleGit, sampleSuite } from '../../source/sample-tree.ts';
import { openTree } from '../../source/tree.ts';
import { prepareRange } from './prepare-range.ts';
import { searchRange } from './range-entries.ts';

let context: SampleContext;
let folder: string;

beforeEach(async () => {
  context = await sampleContext(process.env.PATH ?? '');
  folder = context.paths.cwd;
  await sampleGit(folder, 'init', '--quiet', '-b', 'main');
  await commit(folder, 'first', sampleFiles);
  return () => rm(context.root, { recursive: true });
});

const prepared = async (old: string, young: string, firstParent = false) => {
  const tree = await openTree(folder, context);
  const ends = { old, new: young };
  return await prepareRange(
    { tree, suite: sampleSuite, test: 'alpha', ...ends, options: { firstParent, paths: [] } },
    context,
  );
};

/** A branch from before the old end, and one from it, both merged. */
async function forked(between: Record<string, string>) {
  await sampleGit(folder, 'branch', 'early');
  const old = await commit(folder, 'old end', between);
  await sampleGit(folder, 'switch', '--quiet', 'early');
  await commit(folder, 'early 1', { early: '1' });
  await commit(folder, 'early 2', { early: '2' });
  await sampleGit(folder, 'switch', '--quiet', 'main');
  await commit(folder, 'main 1', { 'test/alpha.c': 'int main(void) { return 3; }\n' });
  const young = await merge(folder, 'early');
  return { old, young };
}

describe('a branch from before the old end', () => {
  it('says nothing of the range where the test was another at its base', async () => {
    const { old, young } = await forked({ 'test/alpha.c': 'int main(void) { return 2; }\n' });
    const { entries, moved } = await prepared(old, young);
    expect(entries.filter(({ forked }) => forked).map(({ subject }) => subject)).toEqual(['early 1', 'early 2']);
    expect(moved).toEqual([
      `2 commits fork from before ${old.slice(0, 8)}, where the test is built of other inputs and need not do the same: they are not run`,
    ]);
    // Nothing that is seen of others is taken to be seen of them.
    const { builds } = searchRange(entries);
    const apart = entries.flatMap(({ forked }, node) => (forked ? [builds[node]] : []));
    expect(builds.filter((build) => apart.includes(build))).toHaveLength(2);
    expect((await prepared(old, young, true)).entries.filter(({ forked }) => forked)).toEqual([]);
  });

  it('is like any other where the test was the same there', async () => {
    const { old, young } = await forked({ README: 'again\n', 'test/beta.c': 'int main(void) { return 7; }\n' });
    const { entries, moved } = await prepared(old, young);
    expect(entries.filter(({ forked }) => forked)).toEqual([]);
    expect(moved).toEqual([]);
  });
});
