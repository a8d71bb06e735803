import { constants, type StatsFs } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EnvironmentError } from '../errors.ts';

const reasons: Record<string, string> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission is denied',
  EPERM: 'the operation is not permitted',
  ENOTDIR: 'a part of the path is not a folder',
  EFBIG: 'this shell allows no larger file (see `ulimit -f`)',
  EMFILE: 'too many files are open',
  EIO: 'the device reports an input/output error',
};

/**
 * Runs `work`; a failed file operation in it becomes one sentence about the cache and the way out.
 * @throws EnvironmentError for the codes above, everything else as it is.
 */
export async function explainCacheErrors<T>(cache: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    const { code = '', path = cache, dest, syscall } = error as NodeJS.ErrnoException & { dest?: string };
    // A recursive mkdir on a read-only file system says ENOENT; the nearest folder above knows the reason.
    const real = code === 'ENOENT' && syscall === 'mkdir' ? await whyNotWritable(path) : code;
    if (reasons[real] === undefined) throw error;
    // Of a new link `path` is what it points at.
    throw cacheError(syscall === 'symlink' ? (dest ?? path) : path, real, error);
  }
}

async function whyNotWritable(path: string): Promise<string> {
  try {
    await access(path, constants.W_OK);
    return '';
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' && dirname(path) !== path ? await whyNotWritable(dirname(path)) : code;
  }
}

/** The same sentence for what git, make and the compiler print when the disk is full; null when it is something else. */
export function cacheErrorFromText(cache: string, text: string): EnvironmentError | null {
  const found = Object.entries(printed).find(([words]) => text.includes(words));
  return found === undefined ? null : cacheError(cache, found[1]);
}

const printed = {
  'No space left on device': 'ENOSPC',
  'Disk quota exceeded': 'EDQUOT',
  'Read-only file system': 'EROFS',
};

/** Null when the disk of `folder` has room, or there is no such folder. A full disk may have swallowed the very lines that would have said so. */
export async function fullDiskError(folder: string): Promise<EnvironmentError | null> {
  const numbers = await statfs(folder).catch(() => null);
  return numbers !== null && isFull(numbers) ? cacheError(folder, 'ENOSPC') : null;
}

/** File systems that count nothing (some network ones) answer all zeros, which means nothing. */
export function isFull({ blocks, bavail, bsize, files, ffree }: Omit<StatsFs, 'type' | 'bfree'>): boolean {
  return (blocks > 0 && bavail * bsize < enoughBytes) || (files > 0 && ffree === 0);
}

/** With less than this left, a build that failed failed for that. */
const enoughBytes = 64 * 1024;

function cacheError(path: string, code: string, cause?: unknown): EnvironmentError {
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const advice = full ? 'Make room (`flakehunt cache --prune` removes what is old)' : 'Make it writable for you';
  return new EnvironmentError(
    `Cannot write to the cache (${path}): ${reasons[code] ?? code}. ${advice}, or name another folder with XDG_CACHE_HOME.`,
    { cause },
  );
}
