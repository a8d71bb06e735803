import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { type AptPlace, kernelSuites, makeAptPlace } from './apt-place.ts';
import type { DebianKernel } from './debian-kernel.ts';
import type { KernelContext } from './kernel-context.ts';
import { fullDisk, indexPath, withWorkshop } from './kernel-places.ts';
import { kernelsOf, type PackageEntry, packagesReader } from './packages-file.ts';
import { runCommand } from './run-command.ts';

/** What Debian has, as of some time. */
export interface DebianIndex {
  v: 1;
  /** Milliseconds since 1970. */
  fetchedMs: number;
  /** Those that were found on the mirror. */
  suites: string[];
  kernels: DebianKernel[];
}

const dayMs = 86_400_000;
const listName = /_dists_(.+)_main_binary-amd64_Packages(?:\.\w+)?$/;
const helper = '/usr/lib/apt/apt-helper';

/** The index kept in the cache; null where there is none, or `maxAgeMs` is less than its age. */
export async function keptIndex(context: KernelContext, maxAgeMs = dayMs): Promise<DebianIndex | null> {
  const text = await readFile(indexPath(context.paths), 'utf8').catch(() => '');
  const index = parseIndex(text);
  if (index === null) return null;
  const age = Date.now() - index.fetchedMs;
  return age >= 0 && age <= maxAgeMs ? index : null;
}

/**
 * What Debian has, as of a day ago at most; where it cannot be looked at, as of the last time, and a note says so.
 * @throws EnvironmentError where there is no last time.
 */
export async function latestIndex(context: KernelContext): Promise<DebianIndex> {
  const kept = await keptIndex(context);
  if (kept !== null) return kept;
  try {
    return await fetchIndex(context);
  } catch (error) {
    const older = error instanceof EnvironmentError ? await keptIndex(context, Number.POSITIVE_INFINITY) : null;
    if (older === null) throw error;
    const date = new Date(older.fetchedMs).toISOString().slice(0, 10);
    context.note(`${(error as Error).message} What Debian had on ${date} is used.`);
    return older;
  }
}

/**
 * Looks what Debian has, and keeps it. The package lists (30 MB packed) are fetched, read and removed, which takes 6 to 10 s;
 * what is kept of them is 30 kB.
 * @throws EnvironmentError without apt, without a Debian mirror, when the mirror cannot be reached, or the disk is full.
 */
export async function fetchIndex(context: KernelContext): Promise<DebianIndex> {
  return await withWorkshop(context.paths, 'lists', async (folder) => {
    const place = await makeAptPlace(folder, context);
    context.progress("fetching Debian's package lists (30 MB)");
    const options = { cwd: folder, env: place.env, signal: context.signal };
    const { stderr } = await runCommand(['apt-get', 'update', '-q'], options);
    const full = fullDisk(context.paths, stderr);
    if (full !== null) throw full;
    const lists = join(folder, 'state/lists');
    const names = await readdir(lists);
    const found = kernelSuites.flatMap((suite) => {
      const name = names.find((list) => listName.exec(list)?.[1] === suite);
      return name === undefined ? [] : { suite, path: join(lists, name) };
    });
    // A suite that the mirror does not carry fails the whole; what is there counts.
    if (found.length === 0) throw unreachable(place, stderr);
    const trouble = stderr.split('\n').find((line) => /Failed to fetch|is not signed/.test(line));
    if (trouble !== undefined) context.note(`A part of Debian's package lists is missing: ${firstError(trouble)}.`);
    context.progress("reading Debian's package lists");
    const entries = [];
    for (const { suite, path } of found) entries.push(...(await readList(suite, path, place, context)));
    const suites = found.map(({ suite }) => suite);
    const index: DebianIndex = { v: 1, fetchedMs: Date.now(), suites, kernels: kernelsOf(entries) };
    await writeFile(join(folder, 'index'), `${JSON.stringify(index)}\n`);
    await rename(join(folder, 'index'), indexPath(context.paths));
    return index;
  });
}

async function readList(suite: string, path: string, place: AptPlace, context: KernelContext): Promise<PackageEntry[]> {
  const mirror = suite.endsWith('-security') ? place.mirrors.security : place.mirrors.main;
  const reader = packagesReader(suite, mirror?.uri ?? '');
  const { code, stderr } = await runCommand([helper, 'cat-file', path], {
    cwd: context.paths.cache,
    env: place.env,
    signal: context.signal,
    onOutput: reader.push,
  });
  if (code !== 0) throw new EnvironmentError(`apt cannot read its list of ${suite}: ${firstError(stderr)}.`);
  return reader.end();
}

/** @param stderr of apt-get */
function unreachable({ mirrors }: AptPlace, stderr: string): EnvironmentError {
  return new EnvironmentError(
    `Cannot fetch Debian's package lists from ${mirrors.main?.uri}: ${firstError(stderr)}. See that the mirror can be reached (apt-get update), or give the path of a bzImage.`,
  );
}

/** The first complaint of apt, without its mark and its end. */
export function firstError(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const first =
    lines.find((line) => line.startsWith('E:')) ??
    lines.find((line) => line.startsWith('W:') && !/unsandboxed/.test(line));
  return (first ?? lines.find(Boolean) ?? 'apt does not say why').replace(/^[EW]: /, '').replace(/\.$/, '');
}

function parseIndex(text: string): DebianIndex | null {
  try {
    const index = JSON.parse(text) as DebianIndex;
    return index.v === 1 && Array.isArray(index.kernels) ? index : null;
  } catch {
    return null;
  }
}
