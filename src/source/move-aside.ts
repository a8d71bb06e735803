import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolders } from '../make-folders.ts';
import type { Paths } from '../model/settings.ts';
import { temporaryPath } from './cache-layout.ts';
import { inUse } from './use.ts';

/**
 * Removes a folder of the cache whose marks of use lie in its `marks`: it leaves its place in one step, and comes back if
 * somebody marked it between the caller's look and that step. False when it came back, or was gone before.
 */
export async function moveAside(path: string, marks: string, paths: Paths): Promise<boolean> {
  const aside = temporaryPath(paths, 'removed');
  makeFolders(dirname(aside));
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  if (await inUse(join(aside, marks))) {
    await rename(aside, path);
    return false;
  }
  await rm(aside, { recursive: true, force: true });
  return true;
}
