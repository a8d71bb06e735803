import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebianIndex } from './debian-index.ts';
import type { DebianKernel } from './debian-kernel.ts';
import type { KernelContext } from './kernel-context.ts';
import { indexPath, kernelsFolder } from './kernel-places.ts';

/** For tests: the boot header of a bzImage with nothing to boot behind it. */
export function sampleImage(
  release = '6.1.0-50-cloud-amd64',
  changes: { protocol?: number; flags?: number } = {},
): Buffer {
  const [setupSectors, units] = [4, 64];
  const image = Buffer.alloc((setupSectors + 1) * 512 + units * 16);
  image[0x1f1] = setupSectors;
  image.writeUInt32LE(units, 0x1f4);
  image.write('HdrS', 0x202, 'latin1');
  image.writeUInt16LE(changes.protocol ?? 0x20f, 0x206);
  image.writeUInt16LE(0x400, 0x20e);
  image.writeUInt16LE(changes.flags ?? 1, 0x236);
  image.write(`${release} (builder@host) #1 SMP PREEMPT_DYNAMIC Debian\0`, 0x600, 'latin1');
  return image;
}

/** A configuration with all that a guest needs, but for `without`. */
export function sampleConfig(...without: string[]): string {
  const options = [
    ...['SERIAL_8250', 'SERIAL_8250_CONSOLE', 'BLK_DEV_INITRD', 'RD_GZIP', 'DEVTMPFS', 'TMPFS', 'PROC_FS', 'SYSFS'],
    ...['BINFMT_ELF', 'IO_URING', 'SECCOMP_FILTER', 'CGROUPS'],
  ];
  const lines = options.map((name) => (without.includes(name) ? `# CONFIG_${name} is not set` : `CONFIG_${name}=y`));
  return ['#', '# Linux/x86 6.1.176 Kernel Configuration', 'CONFIG_VIRTIO_BLK=m', ...lines, ''].join('\n');
}

export function sampleKernel(release: string, packageVersion: string): DebianKernel {
  const name = `linux-image-${release}`;
  const version = packageVersion.replace(/-[^-]*$/, '');
  return { release, version, package: name, packageVersion, suites: ['bookworm'], files: [] };
}

export interface SampleContext extends KernelContext {
  root: string;
  notes: string[];
}

/** A context in a new temporary folder, with a PATH in which there is nothing: no apt. */
export async function sampleContext(): Promise<SampleContext> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'flakehunt-kernel-')));
  for (const name of ['cwd', 'path']) await mkdir(join(root, name));
  const notes: string[] = [];
  return {
    root,
    notes,
    paths: { cache: join(root, 'cache'), state: join(root, 'state'), packageRoot: root, cwd: join(root, 'cwd') },
    env: { PATH: join(root, 'path') },
    signal: new AbortController().signal,
    progress: () => undefined,
    note: (text) => void notes.push(text),
  };
}

/** Lays a kernel into the cache as fetching it would. Gives back its folder. */
export async function layCached({ paths }: KernelContext, kernel: DebianKernel): Promise<string> {
  const folder = join(kernelsFolder(paths), `${kernel.package}_${kernel.packageVersion}`);
  const image = sampleImage(kernel.release);
  const { files: _, ...note } = kernel;
  const sha256 = createHash('sha256').update(image).digest('hex');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'vmlinuz'), image);
  await writeFile(join(folder, 'config'), sampleConfig());
  await writeFile(join(folder, 'kernel.json'), JSON.stringify({ v: 1, ...note, sha256 }));
  return folder;
}

export async function layIndex({ paths }: KernelContext, kernels: DebianKernel[], ageMs = 0): Promise<void> {
  const index: DebianIndex = { v: 1, fetchedMs: Date.now() - ageMs, suites: ['bookworm', 'trixie'], kernels };
  await mkdir(kernelsFolder(paths), { recursive: true });
  await writeFile(indexPath(paths), JSON.stringify(index));
}
