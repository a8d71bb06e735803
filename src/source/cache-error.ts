import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { EnvironmentError } from '../errors.ts';

const reasons: Record<string, string> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission is denied',
  EPERM: 'the operation is not permitted',
  ENOTDIR: 'a part of the path is not a folder',
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
    const { code, path } = error as NodeJS.ErrnoException;
    const reason = error instanceof Error && 'syscall' in error && code !== undefined ? reasons[code] : undefined;
    if (reason === undefined) throw error;
    throw cacheError(path ?? cache, reason, error);
  }
}

/** The same sentence for what git, make and the compiler print when the disk is full; null when it is something else. */
export function cacheErrorFromText(cache: string, text: string): EnvironmentError | null {
  const match = /No space left on device|Disk quota exceeded|Read-only file system/.exec(text);
  if (match === null) return null;
  const reason = { N: reasons.ENOSPC, D: reasons.EDQUOT, R: reasons.EROFS }[match[0][0] ?? ''];
  return cacheError(cache, reason ?? match[0]);
}

/** Null when the disk of `folder` has room. A full disk may have swallowed the very lines that would have said so. */
export async function fullDiskError(folder: string): Promise<EnvironmentError | null> {
  return isFull(await statfs(folder)) ? cacheError(folder, reasons.ENOSPC ?? 'it is full') : null;
}

/** File systems that count nothing (some network ones) answer all zeros, which means nothing. */
export function isFull({ blocks, bavail, bsize, files, ffree }: Omit<StatsFs, 'type' | 'bfree'>): boolean {
  return (blocks > 0 && bavail * bsize < enoughBytes) || (files > 0 && ffree === 0);
}

/** With less than this left, a build that failed failed for that. */
const enoughBytes = 64 * 1024;

function cacheError(path: string, reason: string, cause?: unknown): EnvironmentError {
  return new EnvironmentError(
    `Cannot write to the cache (${path}): ${reason}. Make room (\`flakehunt cache --prune\` shows the way), or name another folder with XDG_CACHE_HOME.`,
    { cause },
  );
}
