import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { makeFolders } from '../make-folders.ts';
import type { Paths } from '../model/settings.ts';
import { formatIdentity, liveness, ownIdentity, parseIdentity } from '../process-identity.ts';

/** Folder of the cache with a folder for each kernel that was unpacked, `<package>_<version>`. */
export const kernelsFolder = (paths: Paths): string => join(paths.cache, 'kernels');

/** What Debian has, as of the last look. */
export const indexPath = (paths: Paths): string => join(kernelsFolder(paths), 'debian.json');

/**
 * Does `work` with a folder of its own for what is unfinished, named after this process as all of the temporary folder is:
 * pruning the cache removes what a killed process left.
 * @param what first word of its name, for a person
 * @throws EnvironmentError when the cache cannot be written.
 */
export async function withWorkshop<T>(paths: Paths, what: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(paths.cache, 'tmp', `${what}-${randomUUID()}@${formatIdentity(ownIdentity())}`);
  try {
    makeFolders(folder);
    makeFolders(kernelsFolder(paths));
    return await work(folder);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!(code in reasons)) throw error;
    throw cacheUnwritable(paths, reasons[code] ?? code, error);
  } finally {
    // What was killed may take a moment to go.
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const reasons: Record<string, string> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission is denied',
  EPERM: 'the operation is not permitted',
  ENOTDIR: 'a part of the path is not a folder',
};

/** Words with which apt, dpkg-deb and tar say that the disk is full; null when it is something else. */
export function fullDisk(paths: Paths, text: string): EnvironmentError | null {
  const found = ['No space left on device', 'Disk quota exceeded', "don't have enough free space"].find((words) =>
    text.includes(words),
  );
  return found === undefined ? null : cacheUnwritable(paths, 'no space is left on the device');
}

function cacheUnwritable({ cache }: Paths, why: string, cause?: unknown): EnvironmentError {
  return new EnvironmentError(
    `Cannot write to the cache (${cache}): ${why}. Make room (\`flakehunt cache --prune\` removes what is old), or name another folder with XDG_CACHE_HOME.`,
    { cause },
  );
}

/** Name of the folder of marks in a kernel's folder; pruning looks at it. */
const marksName = 'flakehunt-users';

/**
 * Marks that this process needs the kernel in `folder` until it ends; the marks' time is that of the last use. False when
 * the folder is not there (any more).
 */
export async function markKernelUse(folder: string): Promise<boolean> {
  const marks = join(folder, marksName);
  try {
    await mkdir(marks);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    if (code !== 'EEXIST') throw error;
  }
  for (const name of await readdir(marks)) {
    const user = parseIdentity(name);
    if (user === null || liveness(user) === 'dead') await rm(join(marks, name), { force: true });
  }
  await writeFile(join(marks, formatIdentity(ownIdentity())), '');
  await utimes(marks, new Date(), new Date());
  return true;
}
