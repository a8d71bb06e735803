import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Paths } from '../model/settings.ts';
import { fileSha256 } from './image.ts';
import { kernelsFolder } from './kernel-places.ts';

/** What is written beside an unpacked kernel. */
export interface KernelNote {
  v: 1;
  release: string;
  version: string;
  package: string;
  packageVersion: string;
  suites: string[];
  /** Of the image. */
  sha256: string;
}

export interface CachedKernel extends KernelNote {
  folder: string;
  image: string;
  /** Null: the package had none. */
  config: string | null;
  bytes: number;
  /** Milliseconds since 1970. */
  lastUsedMs: number;
}

export const noteName = 'kernel.json';
export const imageName = 'vmlinuz';
export const configName = 'config';

/** The kernels unpacked in the cache. Whether an image is still what it was is not looked at. */
export async function cachedKernels(paths: Paths): Promise<CachedKernel[]> {
  const names = await readdir(kernelsFolder(paths)).catch(() => []);
  const found = await Promise.all(names.map((name) => readCached(join(kernelsFolder(paths), name))));
  return found.filter((kernel) => kernel !== null);
}

/** Null where there is no whole kernel. */
export async function readCached(folder: string): Promise<CachedKernel | null> {
  try {
    const note = JSON.parse(await readFile(join(folder, noteName), 'utf8')) as KernelNote;
    const [image, config] = [join(folder, imageName), join(folder, configName)];
    const [imageStats, configStats] = [await stat(image), await stat(config).catch(() => null)];
    const used = await stat(join(folder, 'flakehunt-users')).catch(() => imageStats);
    return {
      ...note,
      folder,
      image,
      config: configStats === null ? null : config,
      bytes: imageStats.size + (configStats?.size ?? 0),
      lastUsedMs: used.mtimeMs,
    };
  } catch {
    return null;
  }
}

/** Whether the image is what was unpacked. */
export async function isIntact({ image, sha256 }: CachedKernel): Promise<boolean> {
  return (await fileSha256(image).catch(() => '')) === sha256;
}
