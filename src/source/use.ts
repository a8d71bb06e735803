import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatIdentity, liveness, ownIdentity, parseIdentity } from '../process-identity.ts';

/** Folder of marks inside a git directory of ours. */
export const usersOf = (gitDir: string): string => join(gitDir, 'flakehunt-users');

/** A mark of a process that cannot be looked at (another container or host) counts for a day. */
const foreignUseMs = 86_400_000;

/**
 * Marks that this process uses what the folder of marks belongs to, until it ends: nothing has to be released, so nothing
 * can be forgotten. The folder's time is that of the last use. False when the folder is not there (any more).
 */
export async function markUse(marks: string): Promise<boolean> {
  try {
    for (const name of await readdir(marks))
      if (!(await alive(marks, name))) await rm(join(marks, name), { force: true });
    await writeFile(join(marks, formatIdentity(ownIdentity())), '');
    await utimes(marks, new Date(), new Date());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

export async function inUse(marks: string): Promise<boolean> {
  const names = await readdir(marks).catch(() => []);
  return (await Promise.all(names.map((name) => alive(marks, name)))).includes(true);
}

/** Milliseconds since 1970, or null when nothing was ever marked here. */
export async function lastUse(marks: string): Promise<number | null> {
  return await stat(marks).then(
    (stats) => stats.mtimeMs,
    () => null,
  );
}

async function alive(marks: string, name: string): Promise<boolean> {
  const user = parseIdentity(name);
  const state = user === null ? 'dead' : liveness(user);
  if (state !== 'unknown') return state === 'alive';
  return await stat(join(marks, name)).then(
    (stats) => Date.now() - stats.mtimeMs < foreignUseMs,
    () => false,
  );
}
