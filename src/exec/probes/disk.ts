import { accessSync, constants, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Check } from '../../model/check.ts';
import type { ProbeContext } from './probe-context.ts';

const MiB = 1 << 20;

/** The supervisor and everything that is built. A built liburing takes about 60 MiB. */
export async function checkCache({ paths }: ProbeContext): Promise<Check> {
  return await checkFolder('cache', paths.cache, 'XDG_CACHE_HOME', 'neither the supervisor nor a tree can be built');
}

/** The hunts. */
export async function checkState({ paths }: ProbeContext): Promise<Check> {
  return await checkFolder('state', paths.state, 'XDG_STATE_HOME', 'no hunt can be recorded');
}

async function checkFolder(name: string, path: string, variable: string, cost: string): Promise<Check> {
  const base = { name, group: 'needed' as const };
  const remedy = `set ${variable} to a folder with room that you can write to`;
  const existing = nearestExisting(path);
  const refusal = writeRefusal(existing);
  if (refusal !== null)
    return {
      ...base,
      state: 'bad',
      found: existing === path ? `${path} ${refusal}` : `${path}: ${existing} ${refusal}`,
      cost,
      remedy,
    };
  const { bavail, bsize, files, ffree } = await statfs(existing);
  const free = bavail * bsize;
  if (free < MiB || (files > 0 && ffree === 0)) {
    return { ...base, state: 'bad', found: `${path}: the disk is full`, cost, remedy };
  }
  const found = `${path}, ${free >= 1024 * MiB ? `${(free / 1024 / MiB).toFixed(1)} GiB` : `${Math.floor(free / MiB)} MiB`} free`;
  if (free < 512 * MiB) {
    return { ...base, state: 'warn', found, cost: 'long hunts or further revisions may fill the disk', remedy };
  }
  return { ...base, state: 'ok', found, cost: null, remedy: null };
}

/** `path`, or the nearest folder above it that exists: the one in which the rest will be made. */
function nearestExisting(path: string): string {
  for (let folder = path; ; folder = dirname(folder)) {
    if (folder === dirname(folder) || exists(folder)) return folder;
  }
}

function exists(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

function writeRefusal(folder: string): string | null {
  try {
    if (!statSync(folder).isDirectory()) return 'is not a folder';
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'EROFS' ? 'is on a read-only file system' : `cannot be written (${code})`;
  }
}
