import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { EnvironmentError, UsageError } from '../errors.ts';
import type { CommandContext } from '../model/settings.ts';

/**
 * The first `most` bytes of a file, or of standard input for `-`; `cut` tells whether there was more. Null when interrupted
 * meanwhile. Throws UsageError for a path that cannot be a log, EnvironmentError for one that cannot be read.
 */
export async function readCapped(
  file: string,
  most: number,
  { settings, screen, signal }: CommandContext,
): Promise<{ bytes: Buffer; cut: boolean } | null> {
  if (file === '-' && process.stdin.isTTY) {
    screen.err('Reading the log from the terminal; end it with Ctrl-D.\n');
  }
  const stream = file === '-' ? process.stdin : createReadStream(resolve(settings.paths.cwd, file), { end: most });
  try {
    return await collect(stream, most, signal);
  } catch (error) {
    if (signal.aborted) return null;
    throw explain(error, file);
  }
}

async function collect(stream: Readable, most: number, signal: AbortSignal): Promise<{ bytes: Buffer; cut: boolean }> {
  const chunks: Buffer[] = [];
  let total = 0;
  const stop = () => stream.destroy();
  signal.addEventListener('abort', stop);
  try {
    for await (const chunk of stream) {
      chunks.push(chunk);
      total += chunk.length;
      if (total > most) break;
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return { bytes: Buffer.concat(chunks).subarray(0, most), cut: total > most };
}

function explain(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'ENOENT':
      return new UsageError(`There is no file ${file}. Give the path of a captured log, or - for standard input.`);
    case 'EISDIR':
      return new UsageError(`${file} is a directory. Give the path of one captured log, or - for standard input.`);
    case 'ENOTDIR':
      return new UsageError(`${file} does not exist: a part of its path is not a directory.`);
    case 'EACCES':
    case 'EPERM':
      return new EnvironmentError(
        `${file} may not be read by this user. Make it readable, or pipe it in as a user who may.`,
      );
    case null:
      return error;
    default:
      return new EnvironmentError(
        `${file} could not be read: ${String(code)}. Copy the log elsewhere and parse the copy.`,
      );
  }
}
