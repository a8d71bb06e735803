import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { type CommitRange, rangeRevision, readRange } from './history-range.ts';
import { NoRange } from './no-range.ts';
import { resolveRevision } from './revision.ts';
import { commit, merge } from './sample-history.ts';
import { type SampleContext, sampleContext, sampleGit } from './sample-tree.ts';
import { openTree } from './tree.ts';

let context: SampleContext;
let folder: string;

beforeEach(async () => {
  context = await sampleContext(process.env.PATH ?? '');
  folder = context.paths.cwd;
  await sampleGit(folder, 'init', '--quiet');
  return () => rm(context.root, { recursive: true });
});

interface Want {
  firstParent?: boolean;
  paths?: string[];
  spec?: string;
}

async function range(oldEnd: string, newEnd: string, want: Want = {}): Promise<CommitRange> {
  const { firstParent = false, paths = [], spec = folder } = want;
  const tree = await openTree(spec, context);
  const idOf = async (rev: string) => (await resolveRevision(tree, rev, context)).facts.commit ?? '';
  return await readRange(tree, await idOf(oldEnd), await idOf(newEnd), { firstParent, paths }, context);
}

async function refusal(...args: Parameters<typeof range>): Promise<NoRange> {
  const error = await range(...args).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof NoRange)) throw error ?? new Error('there is a range');
  return error;
}

/** Each commit by its subject with those of its parents; a star says that it may be the change. */
function drawn({ commits }: CommitRange): string[] {
  return commits.map(({ subject, parents, candidate }) => {
    const names = parents.map((parent) => commits[parent]?.subject);
    return `${subject}${candidate ? '*' : ''} <- ${names.join(' ')}`.trim();
  });
}

/** a - b - c - merge side - d; side: s1 - s2 from a; old: o from before a, merged as well. */
async function branched(): Promise<void> {
  await commit(folder, 'root', { file: '0' });
  await sampleGit(folder, 'branch', 'outside');
  await commit(folder, 'a', { file: '1' });
  await sampleGit(folder, 'checkout', '--quiet', '-b', 'side');
  await commit(folder, 's1', { 'side/file': '1' });
  await commit(folder, 's2', { 'side/other': '1' });
  await sampleGit(folder, 'checkout', '--quiet', 'outside');
  await commit(folder, 'o', { out: '1' });
  await sampleGit(folder, 'checkout', '--quiet', 'main');
  await commit(folder, 'b', { file: '2' });
  await commit(folder, 'c', { third: '2' });
  await merge(folder, 'side');
  await merge(folder, 'outside');
  await commit(folder, 'd', { file: '3' });
}

describe('readRange', () => {
  it('has the old end first, the new end last, and parents before their children', async () => {
    await branched();
    const found = await range('main~4', 'main');
    expect(found.commits.at(0)?.subject).toBe('b');
    expect(drawn(await range('main~5', 'main')).sort()).toEqual(
      [
        'a <-',
        'b* <- a',
        'c* <- b',
        's1* <- a',
        's2* <- s1',
        'merge side* <- c s2',
        // Its parent is an ancestor of the old end.
        'o* <-',
        'merge outside* <- merge side o',
        'd* <- merge outside',
      ].sort(),
    );
    const { commits } = await range('main~5', 'main');
    expect(commits.at(-1)?.subject).toBe('d');
    expect(commits.every(({ parents }, place) => parents.every((parent) => parent < place))).toBe(true);
  });

  it('tells what a statement needs of a commit, and what a build does', async () => {
    const first = await commit(folder, 'first', { file: '0' });
    await sampleGit(
      folder,
      'commit',
      '--quiet',
      '--allow-empty',
      '-m',
      'more: ü "x"',
      '--author',
      'Ä B <a@example.org>',
    );
    const tree = await openTree(folder, context);
    const expected = await resolveRevision(tree, 'HEAD', context);
    const { commits } = await range(first, 'HEAD');
    const [, last] = commits;
    if (last === undefined) throw new Error('no commit');
    expect(last).toMatchObject({
      commit: expected.facts.commit,
      name: expected.facts.commit?.slice(0, 8),
      subject: 'more: ü "x"',
      author: 'Ä B',
      authorDate: '2024-04-20T12:00:00+00:00',
      parents: [0],
      firstParent: first,
      treeId: expected.treeId,
    });
    expect(commits[0]?.firstParent).toBeNull();
    const { facts } = rangeRevision(tree, last);
    expect(facts).toEqual({ ...expected.facts, name: last.name });
  });

  it('counts a merged branch as one change along first parents', async () => {
    await branched();
    expect(drawn(await range('main~5', 'main', { firstParent: true }))).toEqual([
      'a <-',
      'b* <- a',
      'c* <- b',
      'merge side* <- c',
      'merge outside* <- merge side',
      'd* <- merge outside',
    ]);
  });

  it('leaves only commits that touch a path, and joins what is left', async () => {
    await branched();
    expect(drawn(await range('main~5', 'main', { paths: ['side', 'third'] })).sort()).toEqual(
      // The merge is like neither of its parents there.
      ['a <-', 's1* <- a', 's2* <- s1', 'c* <- a', 'merge side* <- c s2', 'd <- merge side'].sort(),
    );
    expect(drawn(await range('main~5', 'main', { paths: ['file'] }))).toEqual(['a <-', 'b* <- a', 'd* <- b a']);
    expect(drawn(await range('main~5', 'main', { paths: ['side/'], firstParent: true }))).toEqual([
      'a <-',
      'merge side* <- a',
      'd <- merge side',
    ]);
  });

  it('takes paths from the top of the tree, wherever it is started', async () => {
    await branched();
    const inside = { ...context, paths: { ...context.paths, packageRoot: join(folder, 'side') } };
    const tree = await openTree(folder, inside);
    const [oldEnd, newEnd] = await Promise.all(['main~5', 'main'].map((rev) => sampleGit(folder, 'rev-parse', rev)));
    const options = { firstParent: false, paths: ['side/file'] };
    const found = await readRange(tree, oldEnd ?? '', newEnd ?? '', options, inside);
    expect(found.commits.map(({ subject }) => subject)).toEqual(['a', 's1', 'd']);
  });

  it('names a path that git does not understand', async () => {
    await branched();
    await expect(range('main~2', 'main', { paths: [':(odd)x'] })).rejects.toThrow(UsageError);
    await expect(range('main~2', 'main', { paths: ['/elsewhere'] })).rejects.toThrow(/^--path: .*outside repository/);
  });
});

describe('ends between which there is no range', () => {
  it('are the same commit', async () => {
    await branched();
    const error = await refusal('main', 'HEAD');
    expect(error).toMatchObject({ reason: 'same', mergeBase: null, exitCode: 2 });
    expect(error.message).toMatch(/^Both ends are the same commit, [0-9a-f]{8}, so nothing lies between them; name/);
  });

  it('are swapped', async () => {
    await branched();
    const error = await refusal('main', 'main~3');
    expect(error.reason).toBe('swapped');
    expect(error.message).toMatch(/^The ends are swapped: .* give them the other way round\.$/);
  });

  it('are on two branches, which part somewhere', async () => {
    await branched();
    await sampleGit(folder, 'checkout', '--quiet', '-b', 'again', 'main~5');
    const error = await refusal('side', 'again~0^{commit}').catch(() => null);
    expect(error?.reason).toBe('swapped');
    await commit(folder, 'elsewhere');
    const base = await sampleGit(folder, 'rev-parse', 'main~5');
    const apart = await refusal('side', 'again');
    expect(apart).toMatchObject({ reason: 'diverged', mergeBase: base });
    expect(apart.message).toContain(`take ${base.slice(0, 8)} as the old end`);
  });

  it('have no history in common', async () => {
    await branched();
    await sampleGit(folder, 'checkout', '--quiet', '--orphan', 'alien');
    await commit(folder, 'alien');
    const error = await refusal('main', 'alien');
    expect(error).toMatchObject({ reason: 'unrelated', mergeBase: null });
  });

  it('have no commit between them that touches the paths', async () => {
    await branched();
    const error = await refusal('main~5', 'main', { paths: ['nothing', 'README'] });
    expect(error.reason).toBe('untouched');
    expect(error.message).toMatch(/touches nothing or README; leave the path out/);
  });

  it('are in a shallow clone whose history is cut between them', async () => {
    await branched();
    const shallow = join(context.root, 'shallow');
    const clone = ['clone', '--quiet', '--no-single-branch', '--depth', '2', `file://${folder}`, shallow];
    await sampleGit(context.root, ...clone);
    // `merge side` is the last that main has, so what `outside` brought is cut off.
    const cut = await refusal('origin/side', 'main', { spec: shallow });
    expect(cut.reason).toBe('shallow');
    expect(cut.message).toBe(
      `The clone ${shallow} is shallow and its history is cut between ${(await sampleGit(folder, 'rev-parse', 'side')).slice(0, 8)} and ${(await sampleGit(folder, 'rev-parse', 'main')).slice(0, 8)}; \`git -C ${shallow} fetch --unshallow\` brings the rest.`,
    );
    expect(drawn(await range('main~1', 'main', { spec: shallow }))).toEqual([
      'merge outside <-',
      'd* <- merge outside',
    ]);
    await sampleGit(shallow, 'fetch', '--quiet', '--unshallow');
    expect((await range('origin/side', 'main', { spec: shallow })).commits.length).toBeGreaterThan(4);
  });
});
