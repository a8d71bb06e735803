import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { findKernel } from './find-kernel.ts';
import { kernelsBetween } from './kernel-series.ts';
import { listKernels } from './list-kernels.ts';
import { layCached, layIndex, type SampleContext, sampleContext, sampleImage, sampleKernel } from './sample-kernel.ts';

let context: SampleContext;
beforeEach(async () => {
  context = await sampleContext();
});
afterEach(() => rm(context.root, { recursive: true }));

const kernels = [
  sampleKernel('6.12.101+deb13-cloud-amd64', '6.12.101-1'),
  sampleKernel('6.1.0-56-cloud-amd64', '6.1.192-2'),
  sampleKernel('6.12.101+deb12-cloud-amd64', '6.12.101-1~deb12u1'),
  sampleKernel('7.3.4+deb13-cloud-amd64', '7.3.4-1~bpo13+1'),
  sampleKernel('6.1.0-50-cloud-amd64', '6.1.176-1'),
  sampleKernel('6.12.95+deb12-cloud-amd64', '6.12.95-1~bpo12+1'),
  sampleKernel('6.16.3+deb13-cloud-amd64', '6.16.3-1~bpo13+1'),
];
const versions = async (spec: string) => (await kernelsBetween(spec, context)).map(({ version }) => version);

describe('kernels between two versions', () => {
  beforeEach(() => layIndex(context, kernels));

  it.each([
    ['6.1..6.12', ['6.1.176', '6.1.192', '6.12.95', '6.12.101']],
    ['deb:6.1..deb:6.12', ['6.1.176', '6.1.192', '6.12.95', '6.12.101']],
    ['6.1.180..6.12.95', ['6.1.192', '6.12.95']],
    ['6.13..', ['6.16.3', '7.3.4']],
    ['..6.1', ['6.1.176', '6.1.192']],
    ['6.12.101..6.12.101', ['6.12.101']],
  ])('%s', async (spec, expected) => {
    expect(await versions(spec)).toEqual(expected);
  });

  it('are the newest package of each version, under names that mean no other', async () => {
    const [first, , , last] = await kernelsBetween('6.1..6.12', context);
    expect([first?.spec, last?.spec]).toEqual(['deb:6.1.176-1', 'deb:6.12.101-1']);
    await layCached(context, kernels[0] ?? sampleKernel('', ''));
    expect((await findKernel(last?.spec ?? '', context)).release).toBe('6.12.101+deb13-cloud-amd64');
  });

  it.each([
    ['6.12..6.1', /run backwards; say 6\.1\.\.6\.12/],
    ['6.2..6.9', /no kernel in 6\.2\.\.6\.9; it has some from 6\.1\.176 to 7\.3\.4/],
    ['6.1', /names no series of kernels/],
  ])('%s', async (spec, message) => {
    await expect(kernelsBetween(spec, context)).rejects.toThrow(UsageError);
    await expect(kernelsBetween(spec, context)).rejects.toThrow(message);
  });

  it('come from an old list with a note where there is no new one', async () => {
    await layIndex(context, kernels, 40 * 86_400_000);
    expect((await versions('6.1..6.1')).length).toBe(2);
    expect(context.notes).toEqual([expect.stringMatching(/no apt.*What Debian had on \d{4}-\d\d-\d\d is used\.$/)]);
  });
});

describe('kernels of a folder', () => {
  const lay = async (name: string, content: string | Buffer) => {
    await mkdir(join(context.paths.cwd, 'k'), { recursive: true });
    await writeFile(join(context.paths.cwd, 'k', name), content);
  };

  it('come in the natural order of their names, and nothing else comes', async () => {
    for (const name of ['bzImage-10', 'bzImage-9', 'bzImage-100']) await lay(name, sampleImage(`6.1.0-${name}`));
    await lay('config-9', 'CONFIG_X=y\n');
    await mkdir(join(context.paths.cwd, 'k/folder'));
    expect(await kernelsBetween('k', context)).toEqual(
      ['9', '10', '100'].map((n) => ({
        version: `6.1.0-bzImage-${n}`,
        spec: join(context.paths.cwd, `k/bzImage-${n}`),
      })),
    );
  });

  it('are refused where one of them is none, or there is none', async () => {
    await lay('config-9', 'CONFIG_X=y\n');
    await expect(kernelsBetween('k', context)).rejects.toThrow(/no kernel image .* in .*\/k; give a folder/);
    await lay('vmlinuz-9', sampleImage().subarray(0, 3000));
    await expect(kernelsBetween('k', context)).rejects.toThrow(/vmlinuz-9 is cut off/);
  });
});

describe('listKernels', () => {
  it('names each once, the newest first', async () => {
    await layIndex(context, kernels);
    await layCached(context, kernels[1] ?? sampleKernel('', ''));
    const { cached, debian, lookedMs } = await listKernels('6.1.*', false, context);
    expect(cached.map(({ packageVersion }) => packageVersion)).toEqual(['6.1.192-2']);
    expect(debian?.map(({ packageVersion }) => packageVersion)).toEqual(['6.1.176-1']);
    expect(lookedMs).toBeGreaterThan(0);
    const all = await listKernels(null, false, context);
    expect([all.cached.length, all.debian?.length, all.debian?.[0]?.version]).toEqual([1, 6, '7.3.4']);
  });

  it('does not ask Debian where only what is here is wanted, and says why where it cannot', async () => {
    expect(await listKernels(null, true, context)).toMatchObject({ cached: [], debian: null, lookedMs: null });
    expect(context.notes).toEqual([]);
    expect((await listKernels(null, false, context)).debian).toBeNull();
    expect(context.notes).toEqual([expect.stringContaining('no apt')]);
  });
});
