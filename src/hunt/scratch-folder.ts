import { mkdtemp, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { makeFolders } from '../make-folders.ts';
import type { Paths } from '../model/settings.ts';
import { formatIdentity, liveness, ownIdentity, parseIdentity } from '../process-identity.ts';

/** A folder for the workers' scratch folders, on the cache's disk (tests ask for files that a tmpfs cannot give). */
export interface ScratchFolder {
  path: string;
  remove(): Promise<void>;
}

/**
 * Also removes what flakehunts left behind that were killed. Beside each folder lies a link that names its process for
 * good: a pid alone may be another's by now, or one of another container that shares the cache.
 * @throws EnvironmentError when the cache cannot be written.
 */
export async function makeScratchFolder(paths: Paths): Promise<ScratchFolder> {
  const parent = join(paths.cache, 'scratch');
  try {
    makeFolders(parent);
    await removeAbandoned(parent);
    const path = await mkdtemp(join(parent, `${process.pid}-`));
    const remove = async () => await removeWithOwner(path);
    await symlink(formatIdentity(ownIdentity()), ownerOf(path)).catch(async (error: unknown) => {
      await remove();
      throw error;
    });
    return { path, remove };
  } catch (error) {
    throw new EnvironmentError(
      `No scratch folder can be made in ${parent} (${(error as NodeJS.ErrnoException).code}). Make room or make it writable, or set XDG_CACHE_HOME to another folder.`,
      { cause: error },
    );
  }
}

const ownerOf = (path: string): string => `${path}.owner`;

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.endsWith('.owner')) continue;
    const owner = parseIdentity(await readlink(join(parent, name)).catch(() => ''));
    if (owner !== null && liveness(owner) === 'dead')
      await removeWithOwner(join(parent, name.slice(0, -'.owner'.length)));
  }
}

/** A test may have left what only its owner could remove; that is no reason to fail a hunt that is over. */
async function removeWithOwner(path: string): Promise<void> {
  for (const each of [path, ownerOf(path)]) await rm(each, { recursive: true, force: true }).catch(() => undefined);
}
