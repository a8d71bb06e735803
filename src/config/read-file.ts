import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
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
    // Opening a pipe without a writer would wait for one, deaf to Ctrl-C.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(file);
      if (stats.isDirectory()) throw new UsageError(`${path} is a folder; a configuration is a file.`);
      if (stats.isFIFO()) throw new UsageError(`${path} is a pipe; a configuration is a file.`);
      if (stats.size > MAX_BYTES) throw tooLarge(path, stats.size);
      return readCapped(file);
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

/** A device may have no end: reads no more than it takes to see that there is too much. */
function readCapped(file: number): Buffer {
  const bytes = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read) {
    read = readSync(file, bytes, length, bytes.length - length, null);
  }
  return bytes.subarray(0, length);
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
