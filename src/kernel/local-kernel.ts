import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import type { GuestKernel } from '../model/kernel.ts';
import { nearest } from '../nearest.ts';
import { fileSha256, imageRelease } from './image.ts';
import type { KernelContext } from './kernel-context.ts';

/** Where distributions put a kernel, by its release. */
const places = (release: string) => [`/boot/vmlinuz-${release}`, `/usr/lib/modules/${release}/vmlinuz`];

/**
 * A kernel that is on this machine: the image or the build tree at a path, or an installed one by its release.
 * @throws UsageError when there is none, or no guest can be booted with it.
 */
export async function localKernel(spec: string, context: KernelContext): Promise<GuestKernel> {
  const installed = spec.includes('/') ? null : await firstThere(places(spec));
  const image = installed ?? (await imageAt(spec, context));
  const release = await imageRelease(image);
  return {
    spec,
    image,
    release,
    package: null,
    sha256: await fileSha256(image),
    config: await configOf(image, release),
  };
}

/** Releases of the kernels installed on this machine, with their images. */
export async function installedKernels(): Promise<{ release: string; image: string }[]> {
  const boot = await readdir('/boot').catch(() => []);
  const modules = await readdir('/usr/lib/modules').catch(() => []);
  const releases = new Set([
    ...boot.flatMap((name) => /^vmlinuz-(\d.*)$/.exec(name)?.[1] ?? []),
    ...modules.filter((name) => /^\d/.test(name)),
  ]);
  const found = await Promise.all(
    [...releases].map(async (release) => ({ release, image: await firstThere(places(release)) })),
  );
  return found.flatMap(({ release, image }) => (image === null ? [] : { release, image }));
}

async function imageAt(spec: string, { paths }: KernelContext): Promise<string> {
  const path = resolve(paths.cwd, spec);
  const stats = await stat(path).catch(() => null);
  if (stats === null) throw await notThere(spec, path);
  if (!stats.isDirectory()) {
    if (!stats.isFile()) throw new UsageError(`${path} is not a file; give a bzImage, or a kernel's build tree.`);
    return await realpath(path);
  }
  const built = join(path, 'arch/x86/boot/bzImage');
  if (await there(built)) return await realpath(built);
  if (await there(join(path, 'Kbuild'))) {
    throw new UsageError(
      `The kernel tree ${path} has no arch/x86/boot/bzImage; build it first: make -C ${path} bzImage`,
    );
  }
  throw new UsageError(
    `${path} is a folder without a kernel: it is no build tree (there is no arch/x86/boot/bzImage); give the image itself.`,
  );
}

async function notThere(spec: string, path: string): Promise<UsageError> {
  if (spec.includes('/')) return new UsageError(`There is no ${path}; give a bzImage, or a kernel's build tree.`);
  const installed = (await installedKernels()).map(({ release }) => release);
  const near = nearest(spec, installed);
  const here = installed.length === 0 ? '' : ` (there are ${installed.slice(0, 5).join(', ')})`;
  const found = near.length > 0 ? `; near ones: ${near.join(', ')}` : here;
  const debian = /^\d/.test(spec) ? ` A kernel of Debian is named deb:${spec.replace(/-cloud-amd64$/, '')}.` : '';
  return new UsageError(
    `No kernel "${spec}" is installed${found}, and there is no such file.${debian} Otherwise give the path of a bzImage, an installed release, or deb:PATTERN such as deb:6.12.*; flakehunt kernels lists what there is.`,
  );
}

/** The configuration beside an image: of its build tree, of its modules' folder, or config-RELEASE; null: not known. */
async function configOf(image: string, release: string): Promise<string | null> {
  const folder = dirname(image);
  const suffix = /^vmlinuz(-.+)$/.exec(basename(image))?.[1] ?? `-${release}`;
  return await firstThere([
    ...(/\/arch\/x86(_64)?\/boot$/.test(folder) ? [resolve(folder, '../../../.config')] : []),
    join(folder, `config${suffix}`),
    join(folder, `config-${release}`),
    ...(folder.startsWith('/usr/lib/modules/') ? [join(folder, 'config'), `/boot/config-${release}`] : []),
  ]);
}

async function firstThere(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) if (await there(path)) return path;
  return null;
}

async function there(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
