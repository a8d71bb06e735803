import { realpath, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EnvironmentError, UsageError } from '../errors.ts';
import { makeFolders } from '../make-folders.ts';
import { cacheLayout, digest } from './cache-layout.ts';
import type { SourceContext } from './context.ts';
import { GitError, git, type Repository } from './git.ts';
import type { Tree } from './tree.ts';
import { markUse, usersOf } from './use.ts';

/**
 * Opens a path of the user's: a repository (with files, bare, shallow, or one of several worktrees), or a folder without
 * git. `named`: the user gave the path; one that was only found around the working folder is trusted less.
 * @throws UsageError when there is no such folder; EnvironmentError when git refuses the repository.
 */
export async function openLocal(path: string, context: SourceContext, { named }: { named: boolean }): Promise<Tree> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => unreadable(path, error));
  if (!stats.isDirectory())
    throw new UsageError(`The tree ${path} is a file; --tree takes a repository, a source folder, a URL, or \`lab\`.`);
  const folder = await realpath(path);
  const found = await discover(folder, context, named);
  if (found === null) return await openFolder(folder, context);
  const { gitDir, objects, shallow, bare } = found;
  const workTree = bare ? null : await topOf(folder, context, named);
  if (workTree !== null && workTree !== folder && !(await tracks(folder, gitDir, workTree, context))) {
    return await openFolder(folder, context);
  }
  const repository: Repository = { gitDir, workTree, objects: await objectStore(gitDir, objects, context) };
  return { kind: workTree === null ? 'bare' : 'checkout', name: workTree ?? folder, repository, shallow };
}

function unreadable(path: string, error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    throw new UsageError(`There is no tree at ${path}. --tree takes a path, a URL, or \`lab\` for the bundled tree.`);
  }
  throw new EnvironmentError(`The tree ${path} cannot be read (${error.code}).`, { cause: error });
}

interface Discovered {
  gitDir: string;
  objects: string;
  shallow: boolean;
  bare: boolean;
}

/** Null when no repository is around. */
async function discover(folder: string, context: SourceContext, named: boolean): Promise<Discovered | null> {
  const query = ['--is-bare-repository', '--is-inside-git-dir', '--is-shallow-repository'];
  try {
    const answer = await git(
      context,
      [...trust(named), 'rev-parse', ...query, '--absolute-git-dir', '--git-path', 'objects'],
      { cwd: folder },
    );
    const [bare, inside, shallow, gitDir = '', objects = ''] = answer.split('\n');
    return {
      gitDir,
      objects: resolve(folder, objects),
      shallow: shallow === 'true',
      bare: bare === 'true' || inside === 'true',
    };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    if (/not a git repository/i.test(error.stderr)) return null;
    throw refused(folder, error);
  }
}

/**
 * Git refuses repositories of other users, because reading one can run what its configuration says. Whoever names a tree
 * wants it built, which runs far more of it; a tree merely found around the working folder was not named.
 */
function trust(named: boolean): string[] {
  return named ? ['-c', 'safe.directory=*', '-c', 'safe.bareRepository=all'] : [];
}

function refused(folder: string, error: GitError): EnvironmentError {
  return /dubious ownership/.test(error.stderr)
    ? new EnvironmentError(
        `The checkout around ${folder} belongs to another user, so it is not taken by itself. If you trust it, name it: --tree ${folder}.`,
        { cause: error },
      )
    : new EnvironmentError(`The repository at ${folder} cannot be read. ${error.message}`, { cause: error });
}

async function topOf(folder: string, context: SourceContext, named: boolean): Promise<string> {
  return await git(context, [...trust(named), 'rev-parse', '--show-toplevel'], { cwd: folder });
}

/** A tarball unpacked somewhere below a repository (a home folder under git, say) is no part of it. */
async function tracks(folder: string, gitDir: string, workTree: string, context: SourceContext): Promise<boolean> {
  const repository = { gitDir, workTree, objects: null };
  return (await git(context, ['ls-files', '--', '.'], { cwd: folder, repository })) !== '';
}

/** Objects that git makes while reading (a snapshot of uncommitted work, a lazily fetched blob) go into the cache. */
async function objectStore(gitDir: string, read: string, context: SourceContext): Promise<Repository['objects']> {
  const write = join(await snapshotFolder(gitDir, context), 'objects');
  makeFolders(write);
  return { write, read };
}

/** Files without history: a repository of our own in the cache, whose work tree is the folder. */
async function openFolder(folder: string, context: SourceContext): Promise<Tree> {
  const gitDir = await snapshotFolder(folder, context);
  await git(context, ['init', '--quiet', '--bare', '--template=', gitDir]);
  return { kind: 'folder', name: folder, repository: { gitDir, workTree: folder, objects: null }, shallow: false };
}

/** What the cache keeps of one path; `of` says which, for people. */
async function snapshotFolder(path: string, context: SourceContext): Promise<string> {
  const folder = join(cacheLayout(context.paths).snapshots, digest(path, 16));
  makeFolders(usersOf(folder));
  await writeFile(join(folder, 'of'), `${path}\n`);
  await markUse(usersOf(folder));
  return folder;
}
