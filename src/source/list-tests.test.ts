import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import type { TestDiscovery } from '../model/suite.ts';
import { listTests } from './list-tests.ts';
import { resolveRevision } from './revision.ts';
import { type SampleContext, sampleContext, sampleFiles, sampleRepository, sampleSuite } from './sample-tree.ts';
import { openTree } from './tree.ts';

let context: SampleContext;

beforeEach(async () => {
  context = await sampleContext(process.env.PATH ?? '');
  return () => rm(context.root, { recursive: true });
});

async function list(discovery: TestDiscovery, files = sampleFiles): Promise<string[]> {
  const tree = await openTree(await sampleRepository(await mkdtemp(join(context.root, 'tree')), files), context);
  return await listTests(tree, await resolveRevision(tree, 'v1', context), { ...sampleSuite, discovery }, context);
}

describe('listTests', () => {
  it('reads a makefile of the revision, conditionals included', async () => {
    expect(await list(sampleSuite.discovery)).toEqual(['alpha', 'beta', 'gamma']);
  });

  it('reads old lists that name some tests without an extension', async () => {
    const makefile = 'test_srcs := poll.c sq-full-cpp \\\n 500f9fbadef8-test.c a.b.cc\n';
    const tests = await list(sampleSuite.discovery, { ...sampleFiles, 'test/Makefile': makefile });
    expect(tests).toEqual(['500f9fbadef8-test', 'a.b', 'poll', 'sq-full-cpp']);
  });

  it('finds files by a glob', async () => {
    expect(await list({ kind: 'glob', pattern: 'test/*a.c' })).toEqual(['alpha', 'beta', 'gamma']);
    expect(await list({ kind: 'glob', pattern: '**/*.h' })).toEqual(['liburing']);
  });

  it('takes fixed names, and none where the command is the test', async () => {
    expect(await list({ kind: 'fixed', names: ['two', 'one'] })).toEqual(['one', 'two']);
    expect(await list({ kind: 'none' })).toEqual([]);
  });

  it('says that a tree is not the suite’s', async () => {
    const failed = list(sampleSuite.discovery, { README: 'something else' });
    await expect(failed).rejects.toThrow(UsageError);
    await expect(failed).rejects.toThrow(/at v1 has no test\/Makefile, where the suite sample names its tests/);
  });
});
