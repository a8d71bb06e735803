import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { defaultTip, firstParentBack } from './other-end.ts';
import { commit, merge } from './sample-history.ts';
import { type SampleContext, sampleContext, sampleGit, writeFiles } from './sample-tree.ts';
import { openTree } from './tree.ts';

let context: SampleContext;
let folder: string;

beforeEach(async () => {
  context = await sampleContext(process.env.PATH ?? '');
  folder = join(context.root, 'upstream');
  await sampleGit(context.root, 'init', '--quiet', folder);
  return () => rm(context.root, { recursive: true });
});

describe('defaultTip', () => {
  it('is upstream’s default branch, else main or master, else HEAD', async () => {
    const tip = await commit(folder, 'first');
    await sampleGit(folder, 'checkout', '--quiet', '-b', 'work');
    const work = await commit(folder, 'second');
    expect(await defaultTip(await openTree(folder, context), context)).toEqual({ commit: tip, name: 'main' });
    await sampleGit(folder, 'checkout', '--quiet', 'main');
    const clone = join(context.root, 'clone');
    await sampleGit(context.root, 'clone', '--quiet', folder, clone);
    await commit(clone, 'own');
    expect(await defaultTip(await openTree(clone, context), context)).toEqual({ commit: tip, name: 'origin/main' });
    const bare = join(context.root, 'bare.git');
    await sampleGit(context.root, 'clone', '--quiet', '--bare', '--branch', 'work', folder, bare);
    expect(await defaultTip(await openTree(bare, context), context)).toEqual({ commit: work, name: 'work' });
    await sampleGit(folder, 'checkout', '--quiet', '--detach', 'work');
    await sampleGit(folder, 'branch', '--quiet', '-D', 'main', 'work');
    expect(await defaultTip(await openTree(folder, context), context)).toEqual({ commit: work, name: 'HEAD' });
  });

  it('is nothing where nothing is committed', async () => {
    expect(await defaultTip(await openTree(folder, context), context)).toBeNull();
    await writeFiles(join(context.root, 'plain'), { file: '' });
    expect(await defaultTip(await openTree(join(context.root, 'plain'), context), context)).toBeNull();
  });
});

describe('firstParentBack', () => {
  it('goes back along first parents as far as there is history', async () => {
    const root = await commit(folder, 'root');
    await sampleGit(folder, 'branch', 'side');
    const second = await commit(folder, 'second');
    await sampleGit(folder, 'checkout', '--quiet', 'side');
    await commit(folder, 'side');
    await sampleGit(folder, 'checkout', '--quiet', 'main');
    const last = await merge(folder, 'side');
    const tree = await openTree(folder, context);
    expect(await firstParentBack(tree, last, 1, context)).toEqual({ commit: second, steps: 1 });
    expect(await firstParentBack(tree, last, 2, context)).toEqual({ commit: root, steps: 2 });
    expect(await firstParentBack(tree, last, 64, context)).toEqual({ commit: root, steps: 2 });
    expect(await firstParentBack(tree, root, 1, context)).toBeNull();
  });
});
