import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { latestIndex } from './debian-index.ts';
import { type DebianKernel, newestFirst } from './debian-kernel.ts';
import { imageRelease } from './image.ts';
import type { KernelContext } from './kernel-context.ts';
import { compareVersions, inSeries } from './version-order.ts';

/** One kernel of a series. */
export interface SeriesEntry {
  /** What findKernel takes. */
  spec: string;
  /** As upstream counts (`6.12.117`), or the release of an image. */
  version: string;
}

const range = /^(?:deb:)?(\d+(?:\.\d+)*)?\.\.(?:deb:)?(\d+(?:\.\d+)*)?$/;

/**
 * Kernels in the order of their versions, oldest first, to search for a change among them. `6.1..6.12`: all that Debian
 * has from one version to the other, both included (6.12 is all of 6.12.*; either may be left out), the newest package
 * of each upstream version. A folder: the kernel images in it, in the natural order of their names.
 * @throws UsageError when there are none, or a file of the folder that is called a kernel is none; EnvironmentError when
 * Debian's lists cannot be had.
 */
export async function kernelsBetween(spec: string, context: KernelContext): Promise<SeriesEntry[]> {
  const match = range.exec(spec);
  if (match === null) return await imagesIn(spec, context);
  const [from, to] = [match[1] ?? null, match[2] ?? null];
  if (from !== null && to !== null && !inSeries(from, null, to)) {
    throw new UsageError(`The kernels ${spec} run backwards; say ${to}..${from}.`);
  }
  const { kernels } = await latestIndex(context);
  const found = onePerVersion(kernels).filter(({ version }) => inSeries(version, from, to));
  if (found.length > 0) return found.map(({ version, packageVersion }) => ({ version, spec: `deb:${packageVersion}` }));
  const versions = onePerVersion(kernels).map(({ version }) => version);
  throw new UsageError(
    `Debian has no kernel in ${spec}; it has some from ${versions[0]} to ${versions.at(-1)}. flakehunt kernels lists them.`,
  );
}

/** Oldest first. */
function onePerVersion(kernels: readonly DebianKernel[]): DebianKernel[] {
  const newest = new Map<string, DebianKernel>();
  for (const kernel of newestFirst(kernels)) {
    if (!newest.has(kernel.version)) newest.set(kernel.version, kernel);
  }
  return [...newest.values()].reverse();
}

/** Names under which distributions and people keep images. */
const kernelName = /^(vmlinuz|bzImage)|\.(vmlinuz|bzImage)$/;

async function imagesIn(spec: string, { paths }: KernelContext): Promise<SeriesEntry[]> {
  const folder = resolve(paths.cwd, spec);
  const isFolder = await stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    throw new UsageError(
      `"${spec}" names no series of kernels: give two versions (6.1..6.12), or a folder of kernel images; there is no folder ${folder}.`,
    );
  }
  const found: SeriesEntry[] = [];
  for (const name of (await readdir(folder)).toSorted(compareVersions)) {
    const path = join(folder, name);
    const version = await imageRelease(path).catch((error: Error) => {
      if (kernelName.test(name) || !(error instanceof UsageError)) throw error;
      return null;
    });
    if (version !== null) found.push({ version, spec: path });
  }
  if (found.length > 0) return found;
  throw new UsageError(
    `There is no kernel image (bzImage) in ${folder}; give a folder of them, or two versions: 6.1..6.12.`,
  );
}
