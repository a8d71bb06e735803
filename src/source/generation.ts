import { readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolders } from '../make-folders.ts';
import type { Paths } from '../model/settings.ts';
import type { BuildFallback } from '../model/suite.ts';
import { temporaryPath } from './cache-layout.ts';
import { type Claim, claimState, heldClaim, tryClaim } from './claim.ts';
import { moveAside } from './move-aside.ts';
import { inUse, markUse } from './use.ts';

/**
 * Theory of operation. A build lies in `builds/<key>/<n>/`, its generations counted from 1:
 *
 *     building       claim of the process that works inside
 *     tree/          the sources and what is built of them
 *     entry.json     appears when the base steps are done
 *     tests/         <stem>.json appears when that test is built
 *     logs/          base.log, <stem>.log
 *     users/         marks of the processes that run tests from here, see use.ts
 *
 * Trees are built where they stay, because configure scripts write absolute paths into what they make; so nothing can be
 * built aside and renamed into place. Instead markers say what is whole, and a claim left by a killed process says that the
 * tree may hold half-written files which make would take for finished. Such a generation is never repaired and never
 * deleted under somebody who runs its finished tests: the next builder begins the next generation.
 *
 * A generation comes into being by renaming a folder that already holds its builder's claim; rename(2) does not replace a
 * folder with something in it, so only one process can begin generation n. Nothing is ever taken over, hence no races
 * between those who find the same dead claim; a process wrongly held for dead costs a second build, never a broken one.
 */
export interface Generation {
  number: number;
  path: string;
}

/** Contents of entry.json, for people and for `flakehunt cache`. */
export interface BuildEntry {
  suite: string;
  tree: string | null;
  revision: string | null;
  compiler: string;
  /** How long the base steps took. */
  seconds: number;
  /** What they needed; missing where they needed nothing. */
  fallback?: BuildFallback;
}

/** Contents of tests/<stem>.json. */
export interface BuiltMark {
  artifact: string;
  seconds: number;
  /** What this test needed; missing where it needed nothing. */
  fallback?: BuildFallback;
}

export const treeOf = ({ path }: Generation): string => join(path, 'tree');
export const baseLogOf = ({ path }: Generation): string => join(path, 'logs', 'base.log');
export const testLogOf = ({ path }: Generation, test: string): string => join(path, 'logs', `${fileName(test)}.log`);
export const usersOf = ({ path }: Generation): string => join(path, 'users');
export const claimOf = ({ path }: Generation): string => join(path, 'building');
const entryOf = ({ path }: Generation): string => join(path, 'entry.json');
const markOf = ({ path }: Generation, test: string): string => join(path, 'tests', `${fileName(test)}.json`);

/** Generations of a build, newest first; none when it was never begun. */
export async function generations(build: string): Promise<Generation[]> {
  const names = await readdir(build).catch(() => []);
  return names
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ number: Number(name), path: join(build, name) }))
    .sort((a, b) => b.number - a.number);
}

/** Begins generation `number`, claimed by this process; null when somebody else was first. */
export async function begin(build: string, number: number, paths: Paths): Promise<[Generation, Claim] | null> {
  const unborn = { number, path: temporaryPath(paths, 'generation') };
  const born = { number, path: join(build, String(number)) };
  for (const folder of ['logs', 'tests', 'users']) makeFolders(join(unborn.path, folder));
  makeFolders(build);
  const provisional = await tryClaim(claimOf(unborn));
  provisional?.stop();
  try {
    await rename(unborn.path, born.path);
    return [born, heldClaim(claimOf(born))];
  } catch (error) {
    await rm(unborn.path, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    // ENOENT: the build's folder was pruned in between; the caller looks again.
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT') return null;
    throw error;
  }
}

export async function generationState(generation: Generation): Promise<'free' | 'held' | 'dead'> {
  return await claimState(claimOf(generation));
}

/** Claims a generation whose base is built; null when somebody else was first, or it is gone. */
export async function claimGeneration(generation: Generation): Promise<Claim | null> {
  return await tryClaim(claimOf(generation)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** Null while the base is not built. */
export async function readEntry(generation: Generation): Promise<BuildEntry | null> {
  return await readJson<BuildEntry>(entryOf(generation));
}

export async function writeEntry(generation: Generation, entry: BuildEntry): Promise<void> {
  await writeWhole(entryOf(generation), entry);
}

/** Null when the test is not built here, or its file has gone. */
export async function readMark(generation: Generation, test: string): Promise<BuiltMark | null> {
  const mark = await readJson<BuiltMark>(markOf(generation, test));
  if (mark === null) return null;
  return await stat(join(treeOf(generation), mark.artifact)).then(
    () => mark,
    () => null,
  );
}

export async function writeMark(generation: Generation, test: string, mark: BuiltMark): Promise<void> {
  await writeWhole(markOf(generation, test), mark);
}

/** Stems of the tests that are built here. */
export async function builtTests({ path }: Generation): Promise<string[]> {
  const names = await readdir(join(path, 'tests')).catch(() => []);
  return names.filter((name) => name.endsWith('.json')).map((name) => decodeURIComponent(name.slice(0, -5)));
}

/**
 * Marks the generation as used by this process until it ends, so that nobody removes it meanwhile. False when it was
 * removed before that.
 */
export async function use(generation: Generation): Promise<boolean> {
  return await markUse(usersOf(generation));
}

/**
 * Removes a generation that nobody uses or builds; false when somebody does. It vanishes under its name in one step, so
 * that no half of it can be found, and comes back if a user turned up in that very moment.
 */
export async function remove(generation: Generation, paths: Paths): Promise<boolean> {
  const state = await generationState(generation);
  const claim = state === 'free' ? await claimGeneration(generation) : null;
  if (state === 'held' || (state === 'free' && claim === null)) return false;
  claim?.stop();
  if ((await inUse(usersOf(generation))) || !(await moveAside(generation.path, 'users', paths))) {
    await claim?.release();
    return false;
  }
  // The build's folder goes with its last generation.
  await rmdir(dirname(generation.path)).catch(() => undefined);
  return true;
}

/** A test's stem may hold slashes. */
function fileName(test: string): string {
  return encodeURIComponent(test);
}

async function readJson<T>(path: string): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as T);
}

/** A reader sees the whole file or none. */
async function writeWhole(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(value)}\n`);
  await rename(`${path}.new`, path);
}
