import { EnvironmentError, UsageError } from '../errors.ts';
import type { GuestKernel } from '../model/kernel.ts';
import { nearest } from '../nearest.ts';
import { type CachedKernel, cachedKernels, isIntact, readCached } from './cached-kernels.ts';
import { type DebianIndex, fetchIndex, keptIndex } from './debian-index.ts';
import { type DebianKernel, isCalled, matching, newestFirst } from './debian-kernel.ts';
import { FetchError, fetchKernel, folderOf } from './fetch-kernel.ts';
import type { KernelContext } from './kernel-context.ts';
import { markKernelUse } from './kernel-places.ts';
import { compareVersions } from './version-order.ts';

/**
 * The newest Debian kernel that `pattern` names, fetched where it is not in the cache. The network is needed for what is
 * not there and for a look at the lists once a day; where it is away, the newest of the cache does, and a note says so.
 * @throws UsageError when there is no such version, EnvironmentError when it cannot be had.
 */
export async function debianKernel(pattern: string, context: KernelContext): Promise<GuestKernel> {
  if (!/^[\w.*?+~:-]+$/.test(pattern)) {
    throw new UsageError(`"deb:${pattern}" names no version; say deb:6.12.*, deb:6.1.176, deb:6.1.0-50 or deb:*.`);
  }
  const cached = matching(await cachedKernels(context.paths), pattern);
  // A name that is not a pattern cannot come to mean anything newer.
  const exact = await firstSound(cached.filter(isCalled(pattern)));
  const found = exact ?? (await fetched(pattern, cached, context));
  // Pruned a moment ago: it is fetched again.
  if (!(await markKernelUse(found.folder))) return await debianKernel(pattern, context);
  return {
    spec: `deb:${pattern}`,
    image: found.image,
    release: found.release,
    package: `${found.package} ${found.packageVersion}`,
    sha256: found.sha256,
    config: found.config,
  };
}

async function fetched(pattern: string, cached: CachedKernel[], context: KernelContext): Promise<CachedKernel> {
  try {
    const kept = await keptIndex(context);
    const index = kept ?? (await fetchIndex(context));
    try {
      return await have(choose(pattern, index), context);
    } catch (error) {
      // What stood in yesterday's list may have left the mirror, or the mirror be another one.
      if (kept === null || !(error instanceof FetchError)) throw error;
      return await have(choose(pattern, await fetchIndex(context)), context);
    }
  } catch (error) {
    const newest = error instanceof EnvironmentError ? await firstSound(cached) : null;
    if (newest === null) throw error;
    context.note(
      `${(error as Error).message} The newest kernel of the cache that matches deb:${pattern} is used: ${newest.package} ${newest.packageVersion}.`,
    );
    return newest;
  }
}

function choose(pattern: string, { kernels, suites }: DebianIndex): DebianKernel {
  const [newest] = matching(kernels, pattern);
  if (newest !== undefined) return newest;
  const names = newestFirst(kernels).flatMap(({ version, release }) => [version, release.replace('-cloud-amd64', '')]);
  const literal = pattern.replaceAll(/[*?]/g, '').replace(/\.+$/, '');
  const near = [...new Set([...sameSeries(literal, names), ...nearest(literal, [...new Set(names)], 5)])].slice(0, 5);
  const series = [...new Set(kernels.map(({ version }) => /^\d+\.\d+/.exec(version)?.[0] ?? version))];
  const others = near.length > 0 ? near : series.toSorted(compareVersions).map((name) => `${name}.*`);
  const hint = `; ${near.length > 0 ? 'near ones' : 'there are'}: ${others.map((name) => `deb:${name}`).join(', ')}`;
  throw new UsageError(
    `No Debian kernel matches deb:${pattern} (looked in ${suites.join(', ')})${hint}. flakehunt kernels lists what there is.`,
  );
}

/** Versions of the series that a name begins with. */
function sameSeries(name: string, names: readonly string[]): string[] {
  const series = /^\d+\.\d+/.exec(name)?.[0];
  return series === undefined ? [] : names.filter((other) => /^[\d.]+$/.test(other) && other.startsWith(`${series}.`));
}

async function have(kernel: DebianKernel, context: KernelContext): Promise<CachedKernel> {
  const there = await readCached(folderOf(context, kernel));
  if (there !== null && (await isIntact(there))) return there;
  if (there !== null) context.note(`The image ${there.image} is damaged; it is fetched again.`);
  return await fetchKernel(kernel, context);
}

/** The first whose image is as it was unpacked. */
async function firstSound(kernels: readonly CachedKernel[]): Promise<CachedKernel | null> {
  for (const kernel of kernels) if (await isIntact(kernel)) return kernel;
  return null;
}
