import { rm } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { changedTests } from './changed-tests.ts';
import { listTests } from './list-tests.ts';
import { resolveRevision } from './revision.ts';
import { commit } from './sample-history.ts';
import { type Files, type SampleContext, sampleContext, sampleFiles, sampleGit, sampleSuite } from './sample-tree.ts';
import { openTree } from './tree.ts';

let context: SampleContext;
let folder: string;
let first: string;

beforeEach(async () => {
  context = await sampleContext(process.env.PATH ?? '');
  folder = context.paths.cwd;
  await sampleGit(folder, 'init', '--quiet');
  first = await commit(folder, 'first', { ...sampleFiles, 'test/alpha-two.c': 'int main(void) { return 0; }\n' });
  return () => rm(context.root, { recursive: true });
});

async function changed(files: Files, since = first) {
  await commit(folder, 'change', files);
  const tree = await openTree(folder, context);
  const revision = await resolveRevision(tree, null, context);
  const stems = [...(await listTests(tree, revision, sampleSuite, context)), 'alpha-two'];
  const found = await changedTests({ tree, revision, suite: sampleSuite, stems }, since, context);
  return found === null ? null : { tests: [...found.tests].sort(), shared: found.shared };
}

describe('changedTests', () => {
  it.each<[string, Files, { tests: string[]; shared: string[] }]>([
    ['a test', { 'test/beta.c': 'int x;\n' }, { tests: ['beta'], shared: [] }],
    [
      'the longest name',
      { 'test/alpha-two-data.h': '1\n', 'test/alpha.h': '2\n' },
      { tests: ['alpha', 'alpha-two'], shared: [] },
    ],
    [
      'the list of tests, and what is irrelevant',
      { 'test/Makefile': '# \n', README: 'x', 'docs/y': 'z' },
      { tests: [], shared: [] },
    ],
    [
      'what all are built of',
      { 'src/include/liburing.h': '#define ANSWER 7\n' },
      { tests: [], shared: ['src/include/liburing.h'] },
    ],
  ])('tells %s', async (_, files, found) => {
    const list =
      files['test/Makefile'] === undefined ? {} : { 'test/Makefile': `${sampleFiles['test/Makefile']}# more\n` };
    expect(await changed({ ...files, ...list })).toEqual(found);
  });

  it('does not know what the tree does not know', async () => {
    expect(await changed({ 'test/beta.c': 'x' }, 'deadbeef'.repeat(5))).toBeNull();
  });
});
