import { describe, expect, it } from 'vitest';
import { builtInOptions, missingOptions } from './kernel-config.ts';
import { sampleConfig } from './sample-kernel.ts';

const missing = (text: string) => missingOptions(builtInOptions(text) ?? new Set());

describe('missingOptions', () => {
  it('has nothing to say of a configuration with all of them', () => {
    expect(missing(sampleConfig())).toEqual({ needed: [], notes: [] });
  });

  it('names those without which there is no guest; a module is as good as none', () => {
    const text = sampleConfig('DEVTMPFS', 'RD_GZIP').replace('CONFIG_TMPFS=y', 'CONFIG_TMPFS=m');
    expect(missing(text).needed).toEqual(['RD_GZIP', 'DEVTMPFS', 'TMPFS']);
  });

  it('says what works less without others', () => {
    const { needed, notes } = missing(sampleConfig('IO_URING', 'SECCOMP_FILTER'));
    expect([needed, notes.length]).toEqual([[], 2]);
    expect(notes.join()).toMatch(/io_uring will be refused.*no chaos/);
  });

  it('knows nothing from a text without options', () => {
    expect(builtInOptions('# CONFIG_TMPFS is not set\n')).toBeNull();
  });
});
