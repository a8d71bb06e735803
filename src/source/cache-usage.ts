import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CacheEntry, CacheUsage } from '../model/cache.ts';
import type { Paths } from '../model/settings.ts';
import { liveness } from '../process-identity.ts';
import { cacheLayout, temporaryOwner } from './cache-layout.ts';
import { claimState } from './claim.ts';
import { exists } from './exists.ts';
import { builtTests, generationState, generations, readEntry, usersOf as usersOfGeneration } from './generation.ts';
import { inUse, lastUse, usersOf } from './use.ts';

/** What the cache holds; empty when there is none. What others remove meanwhile is left out. */
export async function cacheUsage(paths: Paths): Promise<CacheUsage> {
  const layout = cacheLayout(paths);
  const found = await Promise.all([
    each(layout.builds, describeBuild),
    each(layout.mirrors, describeMirror),
    each(layout.labs, describeLab),
    each(layout.snapshots, describeSnapshot),
    each(layout.kernels, describeKernel),
    each(layout.supervisors, (path) => describeFile('supervisor', path)),
    each(layout.logs, (path) => describeFile('log', path)),
    each(layout.temporary, describeTemporary),
  ]);
  return { path: paths.cache, entries: found.flat() };
}

async function each(folder: string, describe: (path: string) => Promise<CacheEntry[]>): Promise<CacheEntry[]> {
  const names = await readdir(folder).catch(() => []);
  return (await Promise.all(names.map((name) => describe(join(folder, name)).catch(() => [])))).flat();
}

async function describeBuild(build: string): Promise<CacheEntry[]> {
  const entries = (await generations(build)).map(async (generation): Promise<CacheEntry> => {
    const [entry, state, tests] = [
      await readEntry(generation),
      await generationState(generation),
      await builtTests(generation),
    ];
    const users = usersOfGeneration(generation);
    return {
      kind: 'build',
      path: generation.path,
      title:
        entry === null ? basename(build) : `${entry.revision ?? basename(build)} of ${entry.tree}: ${named(tests)}`,
      bytes: await diskUsage(generation.path),
      lastUsedMs: (await lastUse(users)) ?? 0,
      inUse: state === 'held' || (await inUse(users)),
      whole: entry !== null && state !== 'dead',
    };
  });
  return await Promise.all(entries);
}

function named(tests: string[]): string {
  const shown = tests.slice(0, 3).join(', ');
  return tests.length > 3 ? `${shown} and ${tests.length - 3} more tests` : shown || 'no test yet';
}

async function describeMirror(path: string): Promise<CacheEntry[]> {
  return path.endsWith('.claim') ? [] : [await describeRepository('mirror', path, path, basename(path, '.git'))];
}

async function describeLab(path: string): Promise<CacheEntry[]> {
  return path.endsWith('.claim') ? [] : [await describeRepository('lab', path, join(path, '.git'), 'the bundled tree')];
}

async function describeSnapshot(path: string): Promise<CacheEntry[]> {
  const of = await readFile(join(path, 'of'), 'utf8').catch(() => basename(path));
  return [await describeRepository('snapshot', path, path, `files of ${of.trim().replace(/\/\.git$/, '')}`)];
}

async function describeRepository(
  kind: CacheEntry['kind'],
  path: string,
  gitDir: string,
  title: string,
): Promise<CacheEntry> {
  const users = usersOf(gitDir);
  return {
    kind,
    path,
    title,
    bytes: await diskUsage(path),
    lastUsedMs: (await lastUse(users)) ?? (await lstat(path)).mtimeMs,
    inUse: (await claimState(`${path}.claim`)) === 'held' || (await inUse(users)),
    whole: true,
  };
}

/** A folder for each; the file beside them tells what Debian has. */
async function describeKernel(path: string): Promise<CacheEntry[]> {
  const stats = await lstat(path);
  if (!stats.isDirectory()) {
    const [list] = await describeFile('kernel', path);
    return list === undefined ? [] : [{ ...list, title: 'list of the kernels of Debian' }];
  }
  const users = usersOf(path);
  const whole = await exists(join(path, 'kernel.json'));
  return [
    {
      kind: 'kernel',
      path,
      title: basename(path).replace('_', ' '),
      bytes: await diskUsage(path),
      lastUsedMs: (await lastUse(users)) ?? stats.mtimeMs,
      inUse: whole && (await inUse(users)),
      whole,
    },
  ];
}

async function describeFile(kind: CacheEntry['kind'], path: string): Promise<CacheEntry[]> {
  const { mtimeMs, atimeMs } = await lstat(path);
  const bytes = await diskUsage(path);
  const lastUsedMs = Math.max(mtimeMs, atimeMs);
  return [{ kind, path, title: basename(path), bytes, lastUsedMs, inUse: false, whole: true }];
}

async function describeTemporary(path: string): Promise<CacheEntry[]> {
  const owner = temporaryOwner(basename(path));
  const { mtimeMs } = await lstat(path);
  return [
    {
      kind: 'leftover',
      path,
      title: `unfinished ${basename(path).split('-')[0]}`,
      bytes: await diskUsage(path),
      lastUsedMs: mtimeMs,
      inUse: owner !== null && liveness(owner) !== 'dead',
      whole: false,
    },
  ];
}

/** Bytes on disk of a file or a folder with all in it; links are not followed. */
async function diskUsage(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null) return 0;
  const own = stats.blocks * 512;
  if (!stats.isDirectory()) return own;
  const entries: Dirent[] = await readdir(path, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(entries.map((entry) => diskUsage(join(path, entry.name))));
  return sizes.reduce((sum, size) => sum + size, own);
}
