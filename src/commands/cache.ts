import { parseDuration } from '../config/values.ts';
import { ExitCode, UsageError } from '../errors.ts';
import type { CacheEntry, CacheUsage, Pruned } from '../model/cache.ts';
import type { CommandContext } from '../model/settings.ts';
import { renderCacheUsage, renderPruned } from '../report/cache.ts';
import { cacheUsage } from '../source/cache-usage.ts';
import { isDue, pruneCache } from '../source/prune-cache.ts';

export interface CacheOptions {
  prune?: boolean;
  olderThan?: string;
  all?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/** Version of `flakehunt cache --json`. */
const jsonVersion = 1;
const defaultAgeMs = 30 * 86_400_000;

/** Shows what the cache holds, or removes what is old, unfinished, or (with --all) not in use. */
export async function cache(options: CacheOptions, context: CommandContext): Promise<ExitCode> {
  const { settings, screen } = context;
  const nowMs = Date.now();
  const olderThanMs = ageLimit(options);
  if (options.prune !== true) {
    const usage = await cacheUsage(settings.paths);
    const due = usage.entries.filter((entry) => isDue(entry, { olderThanMs, nowMs }));
    screen.out(options.json === true ? usageJson(usage) : renderCacheUsage(usage, due, nowMs, screen));
    return ExitCode.ok;
  }
  const dryRun = options.dryRun === true;
  const pruned = await pruneCache(settings.paths, { olderThanMs, nowMs, dryRun });
  screen.out(options.json === true ? prunedJson(pruned, dryRun) : renderPruned(pruned, dryRun, nowMs, screen));
  return ExitCode.ok;
}

function ageLimit({ prune, olderThan, all, dryRun }: CacheOptions): number {
  if (prune !== true && (olderThan !== undefined || all === true || dryRun === true)) {
    throw new UsageError('--older-than, --all and --dry-run say what --prune does; add --prune.');
  }
  if (all === true && olderThan !== undefined) {
    throw new UsageError('--all removes everything that is not in use, whatever its age; leave --older-than out.');
  }
  // A clock that went back must not save anything from --all.
  if (all === true) return Number.NEGATIVE_INFINITY;
  return olderThan === undefined ? defaultAgeMs : parseDuration(olderThan, '--older-than');
}

function usageJson({ path, entries }: CacheUsage): string {
  return json({ v: jsonVersion, kind: 'cache', path, bytes: sum(entries), entries });
}

function prunedJson({ removed, inUse }: Pruned, dryRun: boolean): string {
  return json({ v: jsonVersion, kind: 'prune', dryRun, bytes: sum(removed), removed, inUse });
}

function sum(entries: readonly CacheEntry[]): number {
  return entries.reduce((total, { bytes }) => total + bytes, 0);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
