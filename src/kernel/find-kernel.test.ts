import { mkdir, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError, UsageError } from '../errors.ts';
import { findKernel } from './find-kernel.ts';
import {
  layCached,
  layIndex,
  type SampleContext,
  sampleConfig,
  sampleContext,
  sampleImage,
  sampleKernel,
} from './sample-kernel.ts';

let context: SampleContext;
beforeEach(async () => {
  context = await sampleContext();
});
afterEach(() => rm(context.root, { recursive: true }));

const dayMs = 86_400_000;
const old = sampleKernel('6.1.0-50-cloud-amd64', '6.1.176-1');
const newer = sampleKernel('6.1.0-56-cloud-amd64', '6.1.192-2');

/** Lays a file below the working folder; gives back its path. */
async function lay(name: string, content: string | Buffer): Promise<string> {
  const path = join(context.paths.cwd, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  return path;
}

describe('a kernel at a path', () => {
  it('is an image, with the configuration beside it', async () => {
    const image = await lay('vmlinuz-6.1-x', sampleImage('6.1.9-mine'));
    const config = await lay('config-6.1-x', sampleConfig());
    const found = await findKernel('./vmlinuz-6.1-x', context);
    expect(found).toMatchObject({ spec: './vmlinuz-6.1-x', image, release: '6.1.9-mine', package: null, config });
    expect(found.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await findKernel('vmlinuz-6.1-x', context)).toMatchObject({ image });
    expect(await findKernel(image, context)).toMatchObject({ image });
  });

  it('is an image whose configuration nobody knows', async () => {
    await lay('bzImage', sampleImage());
    expect((await findKernel('bzImage', context)).config).toBeNull();
    await lay('config-6.1.0-50-cloud-amd64', 'not a configuration\n');
    expect((await findKernel('bzImage', context)).config).toBeNull();
  });

  it('is a build tree, whose image may also be named', async () => {
    const image = await lay('linux/arch/x86/boot/bzImage', sampleImage('7.3.0-rc1'));
    const config = await lay('linux/.config', sampleConfig());
    await mkdir(join(context.paths.cwd, 'linux/arch/x86_64/boot'), { recursive: true });
    await symlink('../../x86/boot/bzImage', join(context.paths.cwd, 'linux/arch/x86_64/boot/bzImage'));
    for (const spec of ['linux', 'linux/', 'linux/arch/x86/boot/bzImage', 'linux/arch/x86_64/boot/bzImage']) {
      expect(await findKernel(spec, context)).toMatchObject({ image, release: '7.3.0-rc1', config });
    }
  });

  it.each([
    ['', /has no name/],
    ['./none', /There is no .*\/none/],
    ['6.99.0-none', /No kernel "6\.99\.0-none" is installed.*deb:6\.99\.0-none/],
    ['empty', /empty is a folder without a kernel/],
    ['source', /kernel tree .* has no arch\/x86\/boot\/bzImage; build it first: make -C/],
    ['cut', /cut is cut off/],
    ['vmlinux', /vmlinux is an ELF file/],
    ['/dev/null', /is not a file/],
  ])('%j is refused with the way out', async (spec, message) => {
    await mkdir(join(context.paths.cwd, 'empty'));
    await lay('source/Kbuild', '');
    await lay('cut', sampleImage().subarray(0, 3000));
    await lay('vmlinux', Buffer.from(`\x7fELF\x02\x01${'\0'.repeat(12)}\x3e\0`, 'latin1'));
    const refused = findKernel(spec, context);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });

  it('cannot be a guest without a serial console, and is noted without io_uring', async () => {
    await lay('vmlinuz-a', sampleImage());
    await lay('config-a', sampleConfig('SERIAL_8250_CONSOLE'));
    await expect(findKernel('vmlinuz-a', context)).rejects.toThrow(/cannot be a guest.*CONFIG_SERIAL_8250_CONSOLE;/);
    await lay('config-a', sampleConfig('IO_URING'));
    await findKernel('vmlinuz-a', context);
    expect(context.notes).toEqual([expect.stringContaining('io_uring')]);
  });
});

describe("Debian's kernels, where there is no apt", () => {
  it('come from the cache where they are named, or were resolved within a day', async () => {
    const folder = await layCached(context, old);
    await layIndex(context, [old]);
    for (const pattern of ['6.1.*', '6.1.176', '6.1.0-50', '*']) {
      expect(await findKernel(`deb:${pattern}`, context)).toEqual({
        spec: `deb:${pattern}`,
        image: join(folder, 'vmlinuz'),
        release: '6.1.0-50-cloud-amd64',
        package: 'linux-image-6.1.0-50-cloud-amd64 6.1.176-1',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        config: join(folder, 'config'),
      });
    }
    expect(context.notes).toEqual([]);
    expect((await readdir(join(folder, 'flakehunt-users'))).length).toBe(1);
  });

  it.each([
    ['the list is old', [old], 2 * dayMs],
    ['a newer one cannot be fetched', [old, newer], 0],
    ['the list is of tomorrow', [old], -dayMs],
  ])('come from the cache with a note where %s', async (_, kernels, age) => {
    await layCached(context, old);
    await layIndex(context, kernels, age);
    expect((await findKernel('deb:6.1.*', context)).release).toBe(old.release);
    expect(context.notes).toEqual([expect.stringMatching(/no apt.*newest kernel of the cache.* 6\.1\.176-1\.$/)]);
  });

  it('cannot be had otherwise, and a path is asked for', async () => {
    await expect(findKernel('deb:6.1.*', context)).rejects.toThrow(EnvironmentError);
    await expect(findKernel('deb:6.1.*', context)).rejects.toThrow(/no apt.*give the path of a bzImage/);
  });

  it.each([
    ['6.1.999', /matches deb:6\.1\.999 \(looked in bookworm, trixie\); near ones: deb:6\.1\.192, deb:6\.1\.176/],
    ['5.10.*', /; there are: deb:6\.1\.\*/],
    ['6.1.0-51', /near ones: .*deb:6\.1\.0-50/],
    ['', /names no version/],
    ['6.1;id', /names no version/],
  ])('deb:%s does not exist', async (pattern, message) => {
    await layIndex(context, [old, newer]);
    const refused = findKernel(`deb:${pattern}`, context);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });

  it('are not taken from the cache when they are damaged there', async () => {
    const folder = await layCached(context, old);
    await layIndex(context, [old]);
    await truncate(join(folder, 'vmlinuz'), 2000);
    await expect(findKernel('deb:6.1.176', context)).rejects.toThrow(/no apt/);
    expect(context.notes).toEqual([expect.stringContaining('damaged')]);
  });

  it('are not there when they were not finished', async () => {
    const folder = await layCached(context, old);
    await rm(join(folder, 'kernel.json'));
    await expect(findKernel('deb:6.1.176', context)).rejects.toThrow(/no apt/);
  });
});
