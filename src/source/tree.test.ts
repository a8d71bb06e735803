import { chmod, mkdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError, UsageError } from '../errors.ts';
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

const path = process.env.PATH ?? '';
let context: SampleContext;

beforeEach(async () => {
  context = await sampleContext(path);
  return () => rm(context.root, { recursive: true });
});

const open = (spec: string | null) => openTree(spec, context);
/** Tests at the tree's default revision: proof that its objects can be read. */
const testsOf = async (spec: string | null) => {
  const tree = await open(spec);
  return await listTests(tree, await resolveRevision(tree, null, context), sampleSuite, context);
};
const all = ['alpha', 'beta', 'gamma'];

describe('openTree with a path', () => {
  it('opens a checkout, also by a path inside it, by a relative path, and through a link', async () => {
    const folder = await sampleRepository(join(context.paths.cwd, 'tree'));
    await symlink(folder, join(context.root, 'link'));
    for (const spec of [folder, 'tree', './tree/test', join(context.root, 'link')]) {
      expect(await open(spec)).toMatchObject({ kind: 'checkout', name: folder, shallow: false });
    }
    expect(await testsOf('tree')).toEqual(all);
  });

  it('opens paths with blanks, quotes, colons and UTF-8', async () => {
    const folder = await sampleRepository(join(context.root, 'größe "x": \\ 漢字'));
    expect(await testsOf(folder)).toEqual(all);
  });

  it('opens a bare repository', async () => {
    const folder = await sampleRepository(join(context.root, 'tree'));
    const bare = join(context.root, 'bare.git');
    await sampleGit(context.root, 'clone', '--quiet', '--bare', folder, bare);
    expect(await open(bare)).toMatchObject({ kind: 'bare', name: bare });
    expect(await open(join(folder, '.git'))).toMatchObject({ kind: 'bare' });
    expect(await testsOf(bare)).toEqual(all);
  });

  it('opens a shallow clone and a second worktree', async () => {
    const folder = await sampleRepository(join(context.root, 'tree'));
    const shallow = join(context.root, 'shallow');
    const second = join(context.root, 'second');
    await sampleGit(context.root, 'clone', '--quiet', '--depth=1', pathToFileURL(folder).href, shallow);
    await sampleGit(folder, 'worktree', 'add', '--quiet', second, 'v1');
    expect(await open(shallow)).toMatchObject({ kind: 'checkout', shallow: true });
    expect(await testsOf(shallow)).toEqual(all);
    expect(await open(second)).toMatchObject({ kind: 'checkout', name: second, shallow: false });
    expect((await resolveRevision(await open(second), null, context)).facts.name).toBe('v1');
  });

  it('opens a folder without git, and one that only lies untracked inside another repository', async () => {
    const plain = join(context.root, 'plain');
    await writeFiles(plain, sampleFiles);
    expect(await open(plain)).toMatchObject({ kind: 'folder', name: plain });
    const outer = await sampleRepository(join(context.root, 'outer'), { x: '' });
    await writeFiles(join(outer, 'unpacked'), sampleFiles);
    expect(await open(join(outer, 'unpacked'))).toMatchObject({ kind: 'folder' });
    expect(await testsOf(join(outer, 'unpacked'))).toEqual(all);
  });

  it('refuses what is not there, and a file', async () => {
    await expect(open('nowhere')).rejects.toThrow(UsageError);
    await expect(open('nowhere')).rejects.toThrow(`There is no tree at ${join(context.paths.cwd, 'nowhere')}.`);
    await writeFile(join(context.paths.cwd, 'file'), '');
    await expect(open('file')).rejects.toThrow(/is a file; --tree takes/);
    await expect(open('file/x')).rejects.toThrow(/There is no tree at/);
  });

  it('says that git is missing, and how to install it', async () => {
    const folder = await sampleRepository(join(context.root, 'tree'));
    const failed = openTree(folder, { ...context, env: { PATH: context.paths.cwd } });
    await expect(failed).rejects.toThrow(EnvironmentError);
    await expect(failed).rejects.toThrow(/^git is not installed.*apt-get install git/);
  });

  it('is not led astray by the variables of a git that called us', async () => {
    const folder = await sampleRepository(join(context.root, 'tree'));
    const other = await sampleRepository(join(context.root, 'other'), { x: '' });
    const env = {
      ...context.env,
      GIT_DIR: join(other, '.git'),
      GIT_WORK_TREE: other,
      GIT_INDEX_FILE: join(other, 'i'),
    };
    const tree = await openTree(folder, { ...context, env });
    expect(tree.name).toBe(folder);
  });

  it('says when the cache cannot be written', async () => {
    const folder = await sampleRepository(join(context.root, 'tree'));
    await writeFile(context.paths.cache, 'in the way');
    const failed = open(folder);
    await expect(failed).rejects.toThrow(EnvironmentError);
    await expect(failed).rejects.toThrow(/^Cannot write to the cache .* is not a folder/);
  });
});

describe('openTree without a spec', () => {
  it('takes the liburing checkout around the working folder, known by its content', async () => {
    const folder = await sampleRepository(join(context.root, 'any name'));
    context.paths.cwd = join(folder, 'src', 'include');
    expect(await open(null)).toMatchObject({ kind: 'checkout', name: folder });
  });

  it('takes an unpacked release around it too', async () => {
    await writeFiles(join(context.root, 'liburing-2.9'), sampleFiles);
    context.paths.cwd = join(context.root, 'liburing-2.9', 'test');
    expect(await open(null)).toMatchObject({ kind: 'folder', name: join(context.root, 'liburing-2.9') });
  });
});

describe('openTree with a URL', () => {
  it('mirrors it and follows it', async () => {
    const folder = await sampleRepository(join(context.root, 'up stream'));
    const url = pathToFileURL(folder).href;
    const first = await open(url);
    expect(first).toMatchObject({ kind: 'mirror', name: url });
    await commitFiles(folder, 'more', { README: '3' });
    await sampleGit(folder, 'branch', 'side', 'v1');
    const tree = await open(url);
    expect(tree.repository.gitDir).toBe(first.repository.gitDir);
    expect((await resolveRevision(tree, null, context)).facts.subject).toBe('more');
    expect((await resolveRevision(tree, 'side', context)).facts.name).toBe('v1');
    expect(context.notes).toEqual([]);
  });

  it('follows a renamed default branch', async () => {
    const folder = await sampleRepository(join(context.root, 'upstream'));
    const url = pathToFileURL(folder).href;
    await open(url);
    await sampleGit(folder, 'branch', '-m', 'trunk');
    await commitFiles(folder, 'on trunk', {});
    expect((await resolveRevision(await open(url), null, context)).facts.subject).toBe('on trunk');
  });

  it('recovers from locks that a killed fetch left in the mirror', async () => {
    const folder = await sampleRepository(join(context.root, 'upstream'));
    const url = pathToFileURL(folder).href;
    const { repository } = await open(url);
    for (const name of ['packed-refs.lock', 'refs/heads/main.lock']) {
      await mkdir(join(repository.gitDir, name, '..'), { recursive: true });
      await writeFile(join(repository.gitDir, name), '');
    }
    await commitFiles(folder, 'after the kill', {});
    expect((await resolveRevision(await open(url), null, context)).facts.subject).toBe('after the kill');
  });

  it('uses an old mirror when upstream cannot be reached, and says how old it is', async () => {
    const folder = await sampleRepository(join(context.root, 'upstream'));
    const url = pathToFileURL(folder).href;
    const { repository } = await open(url);
    const fiveHoursAgo = new Date(Date.now() - 5 * 3_600_000 - 60_000);
    await utimes(join(repository.gitDir, 'flakehunt-fetched'), fiveHoursAgo, fiveHoursAgo);
    await rename(folder, `${folder}-gone`);
    expect(await testsOf(url)).toEqual(all);
    expect(context.notes).toEqual([
      expect.stringMatching(/cannot be reached \(.+\); using its mirror of 5 hours ago\.$/),
    ]);
  });

  it('takes a mirror as it is when told not to refresh', async () => {
    const folder = await sampleRepository(join(context.root, 'upstream'));
    const url = pathToFileURL(folder).href;
    await open(url);
    await rename(folder, `${folder}-gone`);
    const tree = await openTree(url, context, { refresh: 'never' });
    expect((await resolveRevision(tree, 'v1', context)).facts.subject).toBe('first');
    expect(context.notes).toEqual([]);
  });

  it('says how to go on when it was never mirrored and cannot be reached', async () => {
    const failed = open('file:///nonexistent/liburing');
    await expect(failed).rejects.toThrow(EnvironmentError);
    await expect(failed).rejects.toThrow(/cannot be cloned: .*--tree PATH.*--tree lab\.$/);
  });

  it('prefers an existing folder whose name looks like host:path', async () => {
    const folder = await sampleRepository(join(context.paths.cwd, 'host:path'));
    expect(await open('host:path')).toMatchObject({ kind: 'checkout', name: folder });
  });
});

describe('openTree lab', () => {
  const script = (subject: string) =>
    `#!/bin/sh\nset -e\ngit init -q "$1"\ncd "$1"\necho x > x\ngit add x\ngit -c user.name=a -c user.email=a@example.org commit -qm "${subject}"\n`;
  const lay = async (content: string) => {
    const recipe = join(context.paths.packageRoot, 'fixtures', 'uring-lab');
    await mkdir(recipe, { recursive: true });
    await writeFile(join(recipe, 'lay-history.sh'), content);
    await chmod(join(recipe, 'lay-history.sh'), 0o755);
  };
  const subject = async () => (await resolveRevision(await open('lab'), null, context)).facts.subject;

  it('lays the history down once, and afresh when the recipe changes', async () => {
    await lay(script('one'));
    expect(await subject()).toBe('one');
    const first = await open('lab');
    expect(await open('lab')).toEqual(first);
    expect(context.steps.filter((step) => step.startsWith('laying down'))).toHaveLength(1);
    await lay(script('two'));
    expect(await subject()).toBe('two');
    expect(await readFile(join(first.repository.gitDir, 'HEAD'), 'utf8')).toMatch(/^ref:/);
  });

  it('shows the last words of a script that fails and keeps nothing', async () => {
    await lay('#!/bin/sh\nmkdir "$1"\necho no way >&2\nexit 3\n');
    await expect(open('lab')).rejects.toThrow(/could not be laid down.*\nno way$/s);
    await lay(script('mended'));
    expect(await subject()).toBe('mended');
  });
});
