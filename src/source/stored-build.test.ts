import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { EnvironmentError } from '../errors.ts';
import { buildTest } from './build-test.ts';
import { recordedRevision } from './recorded-revision.ts';
import { resolveRevision } from './revision.ts';
import { type SampleContext, sampleContext, sampleRepository, sampleSuite } from './sample-tree.ts';
import { storedBuild } from './stored-build.ts';
import { openTree } from './tree.ts';

let context: SampleContext;
let folder: string;

beforeEach(async () => {
  context = await sampleContext(process.env.PATH ?? '');
  folder = await sampleRepository(join(context.root, 'tree'));
  return async () => await rm(context.root, { recursive: true });
});

async function build(rev: string | null) {
  const tree = await openTree(folder, context);
  const revision = await resolveRevision(tree, rev, context);
  return { revision, built: await buildTest({ tree, revision, suite: sampleSuite, test: 'alpha' }, context) };
}

it('is found by its key alone, even when the tree is gone', async () => {
  const { built } = await build(null);
  await rm(folder, { recursive: true });
  const again = await storedBuild(built.facts, 'alpha', context);
  expect(again).toEqual({ ...built, facts: { ...built.facts, cached: true, seconds: 0 } });
  expect(await storedBuild(built.facts, 'beta', context)).toBeNull();
  expect(await storedBuild({ ...built.facts, key: 'other' }, 'alpha', context)).toBeNull();
});

it('is made again from uncommitted work as it was', async () => {
  await writeFile(join(folder, 'test/alpha.c'), 'int main(void) { return 3; }\n');
  const { revision, built } = await build('worktree');
  await writeFile(join(folder, 'test/alpha.c'), 'int main(void) { return 4; }\n');
  const tree = await openTree(folder, context);
  const recorded = await recordedRevision(tree, revision.facts, context);
  const again = await buildTest({ tree, revision: recorded, suite: sampleSuite, test: 'alpha' }, context);
  expect([again.facts.key, again.facts.cached]).toEqual([built.facts.key, true]);
});

it.each([
  ['a commit', null, / has no commit [0-9a-f]{40} any more/],
  ['uncommitted work', 'worktree', / has changed since, /],
])('cannot be made again once %s is gone', async (_, rev, message) => {
  const { revision } = await build(rev);
  const tree = await openTree(folder, context);
  const facts = { ...revision.facts, treeId: '0'.repeat(40) };
  const attempt = recordedRevision(tree, facts, context);
  await expect(attempt).rejects.toThrow(EnvironmentError);
  await expect(attempt).rejects.toThrow(message);
});
