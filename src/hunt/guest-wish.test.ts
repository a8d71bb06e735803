import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasDynamicPreemption } from './dynamic-preemption.ts';
import { guestOfHeader, sameKernel } from './guest-wish.ts';

const folder = mkdtempSync(join(tmpdir(), 'flakehunt-guest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const image = join(folder, 'vmlinuz');
const sha256 = createHash('sha256').update('an image').digest('hex');
const kernel = { spec: '6.1.*', image, release: '6.1.0', package: null, sha256, config: null };

describe('the kernel of an earlier hunt', () => {
  it('is booted again as long as its image is the same', async () => {
    writeFileSync(image, 'an image');
    expect(await sameKernel(kernel)).toBe(kernel);
    writeFileSync(image, 'another');
    await expect(sameKernel(kernel)).rejects.toThrow(/is another one by now.*--kernel 6\.1\.\*/);
    rmSync(image);
    await expect(sameKernel(kernel)).rejects.toThrow('is gone');
  });

  it('is in the header, with the shape of the guests', () => {
    const shape = { cpus: 2, memoryMiB: 512, kernelArgs: 'quiet', guests: 3 };
    expect(guestOfHeader({ guest: { ...shape, kernel, accel: 'tcg', qemu: '7.2' } })).toEqual({ ...shape, kernel });
    expect(guestOfHeader({ guest: null })).toBeNull();
    expect(guestOfHeader({})).toBeNull();
  });
});

describe('dynamic preemption', () => {
  it.each([
    ['CONFIG_SMP=y\nCONFIG_PREEMPT_DYNAMIC=y\n', true],
    ['# CONFIG_PREEMPT_DYNAMIC is not set\n', false],
  ])('is what the configuration says: %j', async (text, takes) => {
    const config = join(folder, 'config');
    writeFileSync(config, text);
    expect(await hasDynamicPreemption({ config })).toBe(takes);
  });

  it('is tried where nothing is known', async () => {
    expect(await hasDynamicPreemption({ config: null })).toBe(true);
    expect(await hasDynamicPreemption({ config: join(folder, 'gone') })).toBe(true);
  });
});
