import { copyFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolders } from '../make-folders.ts';
import { temporaryPath } from './cache-layout.ts';
import type { SourceContext } from './context.ts';
import { git, type Repository } from './git.ts';

/**
 * The files of a work tree, as `git add --all` would take them, as a git tree id. The index is a copy and new objects go
 * into the cache: the user's repository is only read.
 */
export async function snapshot(repository: Repository, context: SourceContext): Promise<string> {
  const folder = temporaryPath(context.paths, 'index');
  const index = join(folder, 'index');
  const cwd = repository.workTree ?? repository.gitDir;
  const options = { repository, cwd, env: { GIT_INDEX_FILE: index, ...withoutOriginals } };
  makeFolders(folder);
  try {
    await copyIndex(repository, cwd, index, context);
    context.progress(`reading the files of ${cwd}`);
    await git(context, [...(repository.objects === null ? plainFolder : []), 'add', '--all', '--', '.'], options);
    return await git(context, ['write-tree', '--missing-ok'], options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Git renews the time of an object that it would write and finds instead, in the user's repository as well. So it must not
 * see those while it writes; what has not changed is taken from the index without looking.
 */
const withoutOriginals = { GIT_ALTERNATE_OBJECT_DIRECTORIES: '' };

/** A folder without git is taken as it is, whatever the user has git ignore elsewhere; its own .gitignore holds. */
const plainFolder = ['-c', 'core.excludesFile=', '-c', 'core.autocrlf=false'];

/** The copy knows what is unchanged, what is left out of a sparse checkout, and what is added on purpose. */
async function copyIndex(repository: Repository, cwd: string, to: string, context: SourceContext): Promise<void> {
  const from = await git(context, ['rev-parse', '--git-path', 'index'], { repository, cwd });
  await copyFile(resolve(cwd, from), to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
