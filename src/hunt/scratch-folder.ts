import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { makeFolders } from '../make-folders.ts';
import type { Paths } from '../model/settings.ts';

/** A folder for the workers' scratch folders, on the cache's disk (tests ask for files that a tmpfs cannot give). */
export interface ScratchFolder {
  path: string;
  remove(): Promise<void>;
}

/** Also removes what flakehunts left behind that were killed. @throws EnvironmentError when the cache cannot be written. */
export async function makeScratchFolder(paths: Paths, isAlive: (pid: number) => boolean): Promise<ScratchFolder> {
  const parent = join(paths.cache, 'scratch');
  try {
    makeFolders(parent);
    await removeAbandoned(parent, isAlive);
    const path = await mkdtemp(join(parent, `${process.pid}-`));
    return { path, remove: () => removeTree(path) };
  } catch (error) {
    throw new EnvironmentError(
      `No scratch folder can be made in ${parent} (${(error as NodeJS.ErrnoException).code}). Make room or make it writable, or set XDG_CACHE_HOME to another folder.`,
      { cause: error },
    );
  }
}

async function removeAbandoned(parent: string, isAlive: (pid: number) => boolean): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number.parseInt(name, 10);
    if (pid > 0 && !isAlive(pid)) await removeTree(join(parent, name));
  }
}

/** A test may have left what only its owner could remove; that is no reason to fail a hunt that is over. */
async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
