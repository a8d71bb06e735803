import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { UsageError } from '../errors.ts';

/** Far more than any configuration; the parser needs about a hundred times its size. */
const MAX_BYTES = 1024 * 1024;

/** The text of a configuration file. Throws UsageError when it is missing, no file, unreadable, huge or not UTF-8. */
export function readConfigFile(path: string): string {
  const bytes = readBytes(path);
  if (bytes.length > MAX_BYTES) throw tooLarge(path, bytes.length);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError(`${path} is not UTF-8 text, so it is no configuration file.`);
  }
}

function readBytes(path: string): Buffer {
  try {
    const file = openSync(path, 'r');
    try {
      const stats = fstatSync(file);
      if (stats.isDirectory()) throw new UsageError(`${path} is a folder; a configuration is a file.`);
      if (stats.size > MAX_BYTES) throw tooLarge(path, stats.size);
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UsageError(`The configuration file ${path} ${reasons[code] ?? `cannot be read (${code})`}.`, {
      cause: error,
    });
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  ELOOP: 'is a symbolic link to itself',
};

function tooLarge(path: string, bytes: number): UsageError {
  return new UsageError(
    `${path} has ${(bytes / MAX_BYTES).toFixed(1)} MiB; a configuration has at most ${MAX_BYTES / 1024 / 1024} MiB.`,
  );
}
