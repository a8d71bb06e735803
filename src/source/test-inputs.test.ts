import { rm } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Suite } from '../model/suite.ts';
import { readRange } from './history-range.ts';
import { listTests } from './list-tests.ts';
import { resolveRevision } from './revision.ts';
import { commit, merge } from './sample-history.ts';
import { type SampleContext, sampleContext, sampleFiles, sampleGit, sampleSuite } from './sample-tree.ts';
import { readTestInputs, type TestInputs } from './test-inputs.ts';
import { openTree } from './tree.ts';

let context: SampleContext;
let folder: string;

beforeEach(async () => {
  context = await sampleContext(process.env.PATH ?? '');
  folder = context.paths.cwd;
  await sampleGit(folder, 'init', '--quiet');
  await commit(folder, 'first', sampleFiles);
  return () => rm(context.root, { recursive: true });
});

const makefile = sampleFiles['test/Makefile'] ?? '';

/** By the commits' subjects. `builds`: the same letter for equal keys, in order of appearance. */
async function inputs(test: string, suite: Suite = sampleSuite) {
  const tree = await openTree(folder, context);
  const oldEnd = await sampleGit(folder, 'rev-list', '--max-parents=0', 'HEAD');
  const newEnd = (await resolveRevision(tree, 'HEAD', context)).facts.commit ?? '';
  const range = await readRange(tree, oldEnd, newEnd, { firstParent: false, paths: [] }, context);
  const found = await readTestInputs({ tree, range, suite, test }, context);
  const keys = [...new Set(found.map(({ key }) => key))];
  const named = found.map((one, place): [string, TestInputs & { build: string }] => [
    range.commits[place]?.subject ?? '',
    { ...one, build: 'abcdefgh'.charAt(keys.indexOf(one.key)) },
  ]);
  return { tree, range, found, by: Object.fromEntries(named), builds: named.map(([, { build }]) => build).join('') };
}

describe('readTestInputs', () => {
  it('leaves out what only other tests are built of, and what the suite calls irrelevant', async () => {
    await commit(folder, 'explain', { README: 'again', 'docs/x': '1' });
    await commit(folder, 'change beta', { 'test/beta.c': 'int main(void) { return 0; }\n' });
    await commit(folder, 'add delta', {
      'test/delta.c': 'int main(void) { return 0; }\n',
      'test/Makefile': makefile.replace('\tbeta.c \\', '\tbeta.c \\\n\tdelta.c \\'),
    });
    await commit(folder, 'change alpha', { 'test/alpha.c': 'int main(void) { return 3; }\n' });
    await commit(folder, 'change header', { 'src/include/liburing.h': '#define ANSWER 2\n' });
    await commit(folder, 'change rule', { 'test/Makefile': makefile.replace('$(CC)', '$(CC) -O1') });
    const { builds, by } = await inputs('alpha');
    expect(builds).toBe('aaaabcd');
    expect(by['change beta']).toMatchObject({ touched: ['test/beta.c'], hot: false, exists: true });
    expect(by['add delta']?.touched).toEqual(['test/Makefile', 'test/delta.c']);
    expect(by['change alpha']?.hot).toBe(true);
    expect(by.first).toMatchObject({ touched: expect.arrayContaining(['configure']), exists: true });
    expect((await inputs('beta')).builds).toBe('aabbbcd');
  });

  it('says where the test exists, as the list of tests does', async () => {
    const without = makefile.replace('\tbeta.c \\\n', '');
    await commit(folder, 'drop beta', { 'test/Makefile': without });
    await sampleGit(folder, 'rm', '--quiet', '-r', 'test');
    await commit(folder, 'drop all', { 'src/x': '1' });
    await commit(folder, 'bring back', { 'test/Makefile': makefile, 'test/beta.c': '\n' });
    const { found, range, tree } = await inputs('beta');
    expect(found.map(({ exists }) => exists)).toEqual([true, false, false, true]);
    for (const [place, { commit: id }] of range.commits.entries()) {
      const revision = await resolveRevision(tree, id, context);
      const stems = await listTests(tree, revision, sampleSuite, context).catch((): string[] => []);
      expect(stems.includes('beta')).toBe(found[place]?.exists);
    }
  });

  it('follows branches: each commit has its own files, and is compared with its first parent', async () => {
    await sampleGit(folder, 'checkout', '--quiet', '-b', 'side');
    await commit(folder, 'side header', { 'src/include/liburing.h': '#define ANSWER 1\n' });
    await sampleGit(folder, 'checkout', '--quiet', 'main');
    await commit(folder, 'main source', { 'test/alpha.c': 'int main(void) { return 3; }\n' });
    await merge(folder, 'side');
    await sampleGit(folder, 'checkout', '--quiet', '-b', 'undone', 'main~1');
    await commit(folder, 'other header', { 'src/include/liburing.h': '#define ANSWER 9\n' });
    await sampleGit(folder, 'checkout', '--quiet', 'main');
    await merge(folder, 'undone', '--strategy', 'ours');
    const { by } = await inputs('alpha');
    const build = (subject: string) => by[subject]?.build;
    expect(new Set(['first', 'side header', 'main source', 'merge side', 'other header'].map(build)).size).toBe(5);
    expect(build('merge undone')).toBe(build('merge side'));
    expect(by['merge side']?.touched).toEqual(['src/include/liburing.h']);
    expect(by['merge undone']?.touched).toEqual([]);
    expect(by['side header']?.touched).toEqual(['src/include/liburing.h']);
  });

  it('counts the source of another test where this one includes it', async () => {
    await commit(folder, 'include', { 'test/alpha.c': '#include "beta.c"\n' });
    await commit(folder, 'change beta', { 'test/beta.c': 'int main(void) { return 4; }\n' });
    await commit(folder, 'apart again', { 'test/alpha.c': sampleFiles['test/alpha.c'] ?? '' });
    expect((await inputs('alpha')).builds).toBe('abca');
  });

  it('knows files that are named after the test, odd names, and bytes that are no text', async () => {
    await commit(folder, 'helper', { 'test/alpha-helper.h': '1' });
    await commit(folder, 'alphabet', { 'test/alphabet.c': '1', 'test/a\nb ü': '1' });
    await commit(folder, 'documents', { 'docs/alpha.c': '1' });
    await commit(folder, 'latin', { 'test/Makefile': `# ü\n${makefile}` });
    await sampleGit(folder, 'config', 'i18n.commitEncoding', 'ISO-8859-1');
    const { by, builds } = await inputs('alpha');
    expect(Object.values(by).map(({ hot }) => hot)).toEqual([true, true, false, false, false]);
    expect(by.alphabet?.touched).toEqual(['test/a\nb ü', 'test/alphabet.c']);
    expect(builds).toBe('abccd');
  });

  it('goes by the glob, by the fixed names, or by nothing, as the suite finds its tests', async () => {
    await commit(folder, 'change beta', { 'test/beta.c': 'int main(void) { return 0; }\n' });
    await sampleGit(folder, 'rm', '--quiet', 'test/alpha.c');
    await commit(folder, 'drop alpha');
    const glob = await inputs('alpha', { ...sampleSuite, discovery: { kind: 'glob', pattern: 'test/*.c' } });
    expect(glob.builds).toBe('aab');
    expect(glob.found.map(({ exists }) => exists)).toEqual([true, true, false]);
    const fixed = await inputs('alpha', { ...sampleSuite, discovery: { kind: 'fixed', names: ['alpha'] } });
    expect(fixed.builds).toBe('abc');
    expect(fixed.found.every(({ exists }) => exists)).toBe(true);
    expect((await inputs('', { ...sampleSuite, discovery: { kind: 'none' } })).builds).toBe('abc');
  });
});
