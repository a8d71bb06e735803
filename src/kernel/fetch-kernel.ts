import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { makeAptPlace } from './apt-place.ts';
import {
  type CachedKernel,
  configName,
  imageName,
  isIntact,
  type KernelNote,
  noteName,
  readCached,
} from './cached-kernels.ts';
import { firstError } from './debian-index.ts';
import type { DebianKernel, PackageFile } from './debian-kernel.ts';
import { fileSha256, imageRelease } from './image.ts';
import type { KernelContext } from './kernel-context.ts';
import { fullDisk, kernelsFolder, withWorkshop } from './kernel-places.ts';
import { runCommand } from './run-command.ts';

/** The mirror did not give a file, or gave another one. */
export class FetchError extends EnvironmentError {}

/** Where a Debian kernel lies in the cache, or would. */
export function folderOf({ paths }: KernelContext, kernel: DebianKernel): string {
  return join(kernelsFolder(paths), `${kernel.package}_${kernel.packageVersion.replaceAll(':', '%3a')}`);
}

/**
 * Fetches the packages of a kernel (checked by apt against the signed lists' checksums), and keeps of them the image and
 * the configuration. It comes into its place in one step; what a killed one leaves does not count.
 * @throws FetchError when the mirror does not give it, EnvironmentError when the disk is full or a package is damaged.
 */
export async function fetchKernel(kernel: DebianKernel, context: KernelContext): Promise<CachedKernel> {
  return await withWorkshop(context.paths, 'kernel', async (workshop) => {
    const { env } = await makeAptPlace(workshop, context);
    const root = join(workshop, 'root');
    await mkdir(root);
    for (const file of kernel.files) {
      const path = join(workshop, basename(file.url));
      context.progress(`fetching ${file.name} ${kernel.packageVersion} (${mebibytes(file.bytes)})`);
      await download(file, path, { ...context, env });
      context.progress(`unpacking ${file.name}`);
      await unpack(path, root, { ...context, env });
      await rm(path);
    }
    const made = await assemble(workshop, root, kernel);
    return await putInPlace(made, folderOf(context, kernel));
  });
}

async function putInPlace(made: string, folder: string): Promise<CachedKernel> {
  // Another process may have been faster; a damaged one is in the way.
  const there = await readCached(folder);
  if (there !== null && (await isIntact(there))) return there;
  await rm(folder, { recursive: true, force: true });
  await rename(made, folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  const cached = await readCached(folder);
  if (cached === null) throw new EnvironmentError(`${folder} vanished while it was being made; try again.`);
  return cached;
}

async function download({ name, url, sha256 }: PackageFile, path: string, context: KernelContext): Promise<void> {
  const argv = ['/usr/lib/apt/apt-helper', 'download-file', url, path, `SHA256:${sha256}`];
  const { code, stderr } = await runCommand(argv, {
    cwd: context.paths.cache,
    env: context.env,
    signal: context.signal,
  });
  if (code === 0) return;
  const why = firstError(stderr);
  throw fullDisk(context.paths, stderr) ?? new FetchError(`Cannot fetch ${name}: ${why}.`);
}

/** Image and configuration of a package; modules, far the most of it, are not written. */
async function unpack(path: string, root: string, context: KernelContext): Promise<void> {
  const patterns = ['./boot/vmlinuz-*', './boot/config-*', './usr/lib/modules/*/vmlinuz', './usr/lib/modules/*/config'];
  const { code, stderr } = await runCommand(['tar', '-x', '-C', root, '--no-same-owner', '--wildcards', ...patterns], {
    cwd: root,
    env: context.env,
    signal: context.signal,
    from: ['dpkg-deb', '--fsys-tarfile', path],
  });
  if (code === 'ENOENT') throw new EnvironmentError('dpkg-deb or tar is missing, by which packages are unpacked.');
  const said = stderr.split('\n').filter((line) => !/Not found in archive|Exiting with failure status/.test(line));
  const trouble = said.find((line) => line.trim() !== '');
  if (trouble === undefined) return;
  throw (
    fullDisk(context.paths, stderr) ?? new EnvironmentError(`Cannot unpack ${basename(path)}: ${trouble}. Try again.`)
  );
}

async function assemble(workshop: string, root: string, kernel: DebianKernel): Promise<string> {
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const pathOf = (name: string) => {
    const found = files.find((file) => file.name === name || file.name.startsWith(`${name}-`));
    return found === undefined ? null : join(found.parentPath, found.name);
  };
  const [image, config] = [pathOf('vmlinuz'), pathOf('config')];
  if (image === null) {
    throw new EnvironmentError(
      `${kernel.package} ${kernel.packageVersion} has no vmlinuz where Debian's kernels have it; give another version, or a path.`,
    );
  }
  const made = join(workshop, 'made');
  await mkdir(made);
  await rename(image, join(made, imageName));
  if (config !== null) await rename(config, join(made, configName));
  const note: KernelNote = {
    v: 1,
    release: await imageRelease(join(made, imageName)),
    version: kernel.version,
    package: kernel.package,
    packageVersion: kernel.packageVersion,
    suites: kernel.suites,
    sha256: await fileSha256(join(made, imageName)),
  };
  await writeFile(join(made, noteName), `${JSON.stringify(note)}\n`);
  return made;
}

function mebibytes(bytes: number): string {
  return bytes < 1 << 20 ? `${Math.ceil(bytes / 1024)} KiB` : `${Math.round(bytes / (1 << 20))} MiB`;
}
