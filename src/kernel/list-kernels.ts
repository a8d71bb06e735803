import { EnvironmentError } from '../errors.ts';
import { type CachedKernel, cachedKernels } from './cached-kernels.ts';
import { latestIndex } from './debian-index.ts';
import { type DebianKernel, matching, newestFirst } from './debian-kernel.ts';
import type { KernelContext } from './kernel-context.ts';
import { installedKernels } from './local-kernel.ts';

/** Kernels that there are; the newest first, each where it is nearest at hand. */
export interface KernelList {
  cached: CachedKernel[];
  installed: { release: string; image: string }[];
  /** Not in the cache; null: Debian was not asked, or cannot be. */
  debian: DebianKernel[] | null;
  /** When Debian's lists were looked at last, milliseconds since 1970; null likewise. */
  lookedMs: number | null;
}

/**
 * @param pattern as after `deb:`; null: all
 * @param here without the network: only the cache, and what is installed
 * Where Debian's lists cannot be had a note says why.
 */
export async function listKernels(pattern: string | null, here: boolean, context: KernelContext): Promise<KernelList> {
  const chosen = <T extends { release: string; version: string; packageVersion: string }>(kernels: T[]) =>
    pattern === null ? newestFirst(kernels) : matching(kernels, pattern);
  const cached = await cachedKernels(context.paths);
  const installed = (await installedKernels()).map((kernel) => ({
    ...kernel,
    version: kernel.release.replace(/-.*$/, ''),
    packageVersion: kernel.release,
  }));
  const index = here ? null : await latestIndex(context).catch((error: Error) => onlyEnvironment(error, context));
  const isCached = ({ package: name, packageVersion }: DebianKernel) =>
    cached.some((kernel) => kernel.package === name && kernel.packageVersion === packageVersion);
  return {
    cached: chosen(cached),
    installed: chosen(installed).map(({ release, image }) => ({ release, image })),
    debian: index === null ? null : chosen(index.kernels).filter((kernel) => !isCached(kernel)),
    lookedMs: index?.fetchedMs ?? null,
  };
}

function onlyEnvironment(error: Error, context: KernelContext): null {
  if (!(error instanceof EnvironmentError)) throw error;
  context.note(error.message);
  return null;
}
