import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, lstat, mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { listTests } from './list-tests.ts';
import { resolveRevision } from './revision.ts';
import {
  commitFiles,
  type SampleContext,
  sampleContext,
  sampleFiles,
  sampleGit,
  sampleRepository,
  sampleSuite,
  writeFiles,
} from './sample-tree.ts';
import { openTree } from './tree.ts';
import { listFiles, readFileAt } from './tree-files.ts';

let context: SampleContext;
let folder: string;

beforeEach(async () => {
  context = await sampleContext(process.env.PATH ?? '');
  folder = await sampleRepository(join(context.root, 'tree'));
  return () => rm(context.root, { recursive: true });
});

const resolve = async (rev: string | null, spec = folder) =>
  resolveRevision(await openTree(spec, context), rev, context);

describe('resolveRevision', () => {
  it('tells all facts of HEAD', async () => {
    const commit = await sampleGit(folder, 'rev-parse', 'HEAD');
    const treeId = await sampleGit(folder, 'rev-parse', 'HEAD^{tree}');
    expect(await resolve(null)).toEqual({
      treeId,
      facts: {
        tree: folder,
        commit,
        name: `v1-1-g${commit.slice(0, 8)}`,
        subject: 'explain more',
        date: '2024-04-20T12:00:00+00:00',
        treeId,
      },
    });
    expect(context.notes).toEqual([]);
  });

  it('understands tags, branches, short ids, ancestors and parents of a merge', async () => {
    await sampleGit(folder, 'checkout', '--quiet', '-b', 'topic', 'v1');
    await commitFiles(folder, 'on the topic', { topic: '' });
    await sampleGit(folder, 'checkout', '--quiet', 'main');
    await sampleGit(folder, 'merge', '--quiet', '-m', 'merged', 'topic');
    const short = (await sampleGit(folder, 'rev-parse', 'main')).slice(0, 9);
    const subject = async (rev: string) => (await resolve(rev)).facts.subject;
    expect(await subject('v1')).toBe('first');
    expect(await subject('main~1')).toBe('explain more');
    expect(await subject(short)).toBe('merged');
    expect(await subject(`${short}~2`)).toBe('first');
    expect(await subject('HEAD^2')).toBe('on the topic');
  });

  it('suggests near names for an unknown revision', async () => {
    await sampleGit(folder, 'branch', 'fix-msg-ring');
    await expect(resolve('fix-mgs-ring~1')).rejects.toThrow(UsageError);
    await expect(resolve('fix-mgs-ring~1')).rejects.toThrow(
      /^There is no revision "fix-mgs-ring~1" in .*; near ones: fix-msg-ring\./,
    );
    await expect(resolve('0123abcd')).rejects.toThrow(/`git -C .*tree fetch` brings it/);
  });

  it('says of the beginning of several commits which they are', async () => {
    const [one = '', other = '', digits = ''] = await twoAlike(folder);
    const refused = await resolve(digits).catch((error: UsageError) => error);
    expect(refused).toBeInstanceOf(UsageError);
    const { message } = refused as UsageError;
    expect(message).toMatch(
      new RegExp(`^"${digits}" is the beginning of several commits; give more of its digits\\.\n`),
    );
    const named = [...message.matchAll(/\n {2}([0-9a-f]+) commit /g)].map(([, id = '']) => id);
    expect(named.map((id) => id.slice(0, 4))).toEqual(named.map(() => digits));
    expect([one, other].filter((id) => named.some((short) => id.startsWith(short)))).toHaveLength(2);
    expect((await resolve(named[0] ?? '')).facts.commit).toMatch(new RegExp(`^${named[0]}`));
  });

  it('says of a shallow clone that its history ends, and how to get the rest', async () => {
    const shallow = join(context.root, 'shallow');
    await sampleGit(context.root, 'clone', '--quiet', '--depth=1', pathToFileURL(folder).href, shallow);
    await expect(resolve('HEAD~1', shallow)).rejects.toThrow(/shallow: its history ends.*fetch --unshallow/);
  });

  it.each(['--all', '-x', '', 'a\nb', 'a\0b'])('refuses %j', async (rev) => {
    await expect(resolve(rev)).rejects.toThrow(UsageError);
  });

  it('says what a range is', async () => {
    await expect(resolve('v1..main')).rejects.toThrow(/is a range; give one commit/);
  });

  it('says what an empty repository lacks', async () => {
    const empty = join(context.root, 'empty');
    await mkdir(empty);
    await sampleGit(empty, 'init', '--quiet');
    await writeFiles(empty, sampleFiles);
    await expect(resolve(null, empty)).rejects.toThrow(/has no commit yet/);
    expect((await resolve('worktree', empty)).facts).toMatchObject({ commit: null, name: 'worktree', subject: null });
  });

  it('notes uncommitted changes that HEAD leaves out', async () => {
    await appendFile(join(folder, 'README'), 'edited');
    await resolve(null);
    expect(context.notes).toEqual([expect.stringMatching(/uncommitted changes.*--rev worktree/)]);
    await resolve('HEAD');
    expect(context.notes).toHaveLength(1);
  });

  it('knows that mirrors and bare repositories have no uncommitted work', async () => {
    await expect(resolve('worktree', pathToFileURL(folder).href)).rejects.toThrow(/has no files of yours/);
    await expect(resolve('worktree', join(folder, '.git'))).rejects.toThrow(/has no files of yours/);
  });
});

describe('a plain folder', () => {
  it('is its own revision, which changes with its content', async () => {
    const plain = join(context.root, 'plain ü');
    await writeFiles(plain, sampleFiles);
    const before = await resolve(null, plain);
    expect(before.facts).toMatchObject({ tree: plain, commit: null, name: 'folder' });
    expect(await resolve('worktree', plain)).toEqual(before);
    await writeFile(join(plain, 'README'), 'other');
    expect((await resolve(null, plain)).treeId).not.toBe(before.treeId);
    expect(await readdir(plain)).not.toContain('.git');
    await expect(resolve('v1', plain)).rejects.toThrow(/plain folder without history/);
  });
});

describe('--rev worktree', () => {
  it('has edited, new and deleted files, and none that are ignored', async () => {
    await writeFile(join(folder, '.gitignore'), '*.t\n');
    await writeFile(join(folder, 'test', 'alpha.t'), 'built');
    await writeFile(join(folder, 'test', 'new one.c'), 'new');
    await appendFile(join(folder, 'README'), 'edited');
    await rm(join(folder, 'test', 'beta.c'));
    const tree = await openTree(folder, context);
    const revision = await resolveRevision(tree, 'worktree', context);
    const paths = (await listFiles(tree, revision, context)).map((file) => file.path);
    expect(paths).toEqual([
      '.gitignore',
      'README',
      'configure',
      'src/Makefile',
      'src/include/liburing.h',
      'test/Makefile',
      'test/alpha.c',
      'test/gamma.c',
      'test/new one.c',
    ]);
    expect(await readFileAt(tree, revision, 'README', context)).toBe('read me twice\nedited');
    expect(await readFileAt(tree, revision, 'test/beta.c', context)).toBeNull();
    expect(revision.facts).toMatchObject({
      name: 'worktree',
      commit: await sampleGit(folder, 'rev-parse', 'HEAD'),
      subject: expect.stringMatching(/^uncommitted work on v1-1-g[0-9a-f]{8}: explain more$/),
    });
  });

  it('is HEAD when nothing was changed', async () => {
    expect((await resolve('worktree')).treeId).toBe((await resolve('HEAD')).treeId);
  });

  it.each([[null], ['worktree'], ['v1']])(
    'leaves the checkout and its repository untouched (--rev %s)',
    async (rev) => {
      await appendFile(join(folder, 'README'), 'staged');
      await sampleGit(folder, 'add', 'README');
      await appendFile(join(folder, 'test', 'alpha.c'), '// edited\n');
      await writeFile(join(folder, 'untracked'), 'new');
      const status = await sampleGit(folder, 'status', '--porcelain');
      const before = await fingerprint(folder);
      const tree = await openTree(folder, context);
      const revision = await resolveRevision(tree, rev, context);
      await listTests(tree, revision, sampleSuite, context);
      expect(await fingerprint(folder)).toEqual(before);
      expect(await sampleGit(folder, 'status', '--porcelain')).toBe(status);
    },
  );
});

/** Path, mode, times and content of everything below, the repository's own files included. */
async function fingerprint(top: string): Promise<string[]> {
  const paths = (await readdir(top, { recursive: true })).sort();
  return await Promise.all(
    paths.map(async (path) => {
      const full = join(top, path);
      const stats = await lstat(full);
      const content = stats.isSymbolicLink() ? await readlink(full) : stats.isFile() ? await readFile(full) : '';
      return [path, stats.mode, stats.mtimeMs, createHash('sha256').update(content).digest('hex')].join(' ');
    }),
  );
}

/** Adds commits until two have their first four digits in common: both, and the digits. The same ones in each call. */
async function twoAlike(repository: string): Promise<string[]> {
  const who = 'A <a@x.example> 1713600000 +0000';
  const commits = Array.from(
    { length: 800 },
    (_, n) => `commit refs/heads/many\ncommitter ${who}\ndata <<E\n${n}\nE\n`,
  );
  execFileSync('git', ['fast-import', '--quiet'], { cwd: repository, input: commits.join('\n') });
  const seen = new Map<string, string>();
  for (const id of (await sampleGit(repository, 'rev-list', 'many')).split('\n')) {
    const digits = id.slice(0, 4);
    const other = seen.get(digits);
    if (other !== undefined) return [other, id, digits];
    seen.set(digits, id);
  }
  throw new Error('no two alike');
}
