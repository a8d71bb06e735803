import { type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../errors.ts';

const NAMES = ['flakehunt.config.yaml', 'flakehunt.config.yml', 'flakehunt.config.json'];

/**
 * The nearest configuration file from `cwd` upwards, or null. The search ends at `home`, or at the root outside of it.
 * Throws UsageError when one folder holds two, when the name is a folder's, or when a stranger may have laid the file.
 */
export function findConfigFile(cwd: string, home: string | null, uid: number): string | null {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = NAMES.map((name) => join(folder, name)).filter((path) => stat(path) !== null);
    const [file, second] = found;
    if (second !== undefined) throw new UsageError(`Both ${file} and ${second} are there; keep one of them.`);
    if (file !== undefined) {
      refuseStrangers(file, folder, uid);
      return file;
    }
    if (folder === home || folder === dirname(folder)) return null;
  }
}

/**
 * A configuration names commands to run. In a folder where anyone may write (/tmp), another user's file would become
 * ours to execute.
 */
function refuseStrangers(file: string, folder: string, uid: number): void {
  const owner = stat(file)?.uid;
  const anyoneMayWrite = ((stat(folder)?.mode ?? 0) & 0o002) !== 0;
  if (anyoneMayWrite && owner !== uid && owner !== 0) {
    throw new UsageError(
      `${file} belongs to another user and lies in a folder where anyone may write, so it is not used unasked; name it with --config if you trust it.`,
    );
  }
}

function stat(path: string): Stats | null {
  // What may not be looked at is not there.
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
