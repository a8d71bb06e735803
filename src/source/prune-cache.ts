import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CacheEntry, Pruned } from '../model/cache.ts';
import type { Paths } from '../model/settings.ts';
import { explainCacheErrors } from './cache-error.ts';
import { cacheUsage } from './cache-usage.ts';
import { claimState, tryClaim } from './claim.ts';
import { remove as removeGeneration } from './generation.ts';
import { moveAside } from './move-aside.ts';

export interface PruneOptions {
  /** Remove what was last used longer ago than this. */
  olderThanMs: number;
  /** Time of the call, milliseconds since 1970. */
  nowMs: number;
  /** Change nothing, only say what would go. */
  dryRun?: boolean;
}

/**
 * Removes what has not been used for a while, and everything unfinished whose process is gone; never what a running
 * flakehunt needs. At any moment every entry is there as a whole or gone.
 * @throws EnvironmentError when the cache cannot be written.
 */
export async function pruneCache(paths: Paths, options: PruneOptions): Promise<Pruned> {
  return await explainCacheErrors(paths.cache, async () => {
    const { entries } = await cacheUsage(paths);
    const due = entries.filter((entry) => isDue(entry, options));
    const pruned: Pruned = { removed: [], inUse: [] };
    for (const entry of due) {
      const goes = !entry.inUse && (options.dryRun === true || (await remove(entry, paths)));
      (goes ? pruned.removed : pruned.inUse).push(entry);
    }
    return pruned;
  });
}

/** Whether an entry is one to remove, if nobody needs it. */
export function isDue(entry: CacheEntry, { olderThanMs, nowMs }: Pick<PruneOptions, 'olderThanMs' | 'nowMs'>): boolean {
  return !entry.whole || nowMs - entry.lastUsedMs >= olderThanMs;
}

/** False when somebody began to use it meanwhile. */
async function remove({ kind, path }: CacheEntry, paths: Paths): Promise<boolean> {
  switch (kind) {
    case 'build':
      return await removeGeneration({ number: Number(basename(path)), path }, paths);
    case 'mirror':
      return await removeRepository(path, 'flakehunt-users', paths);
    case 'lab':
      return await removeRepository(path, join('.git', 'flakehunt-users'), paths);
    case 'snapshot':
    case 'kernel':
      return await moveAside(path, 'flakehunt-users', paths);
    default:
      // Also a supervisor: the kernel keeps a running program's file.
      await rm(path, { recursive: true, force: true });
      return true;
  }
}

/** Under its claim, so that nobody begins to fetch into it meanwhile. */
async function removeRepository(path: string, marks: string, paths: Paths): Promise<boolean> {
  const claimPath = `${path}.claim`;
  if ((await claimState(claimPath)) === 'dead') await rm(claimPath, { force: true });
  const claim = await tryClaim(claimPath);
  if (claim === null) return false;
  try {
    return await moveAside(path, marks, paths);
  } finally {
    await claim.release();
  }
}
