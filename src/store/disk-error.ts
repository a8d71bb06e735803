import { EnvironmentError } from '../errors.ts';

const reasons: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'the folder is gone',
  ENOTDIR: 'a part of the path is not a folder',
  EFBIG: 'this shell allows no larger file, see `ulimit -f`',
  EMFILE: 'too many files are open, see `ulimit -n`',
  EIO: 'the disk reports an input/output error',
};

/**
 * A failed file operation as one sentence that names the path and the reason, with `advice` on what to do next. Errors
 * that do not come from the system are handed back as they are.
 */
export function diskError(doing: string, path: string, error: unknown, advice: string): unknown {
  const code = errorCode(error);
  if (code === null) return error;
  const reason = reasons[code];
  return new EnvironmentError(
    `Cannot ${doing} ${path}: ${reason === undefined ? code : `${reason} (${code})`}. ${advice}`,
    {
      cause: error,
    },
  );
}

/** `ENOENT` and its like; null for errors that are not the system's. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
