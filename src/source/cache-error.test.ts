import { open, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../errors.ts';
import { cacheErrorFromText, explainCacheErrors, isFull } from './cache-error.ts';

describe('explainCacheErrors', () => {
  it('turns a full disk into one sentence', async () => {
    const fill = async () => {
      const file = await open('/dev/full', 'w');
      await file.write('x').finally(() => file.close());
    };
    const failed = explainCacheErrors('/the/cache', fill);
    await expect(failed).rejects.toThrow(EnvironmentError);
    await expect(failed).rejects.toThrow(/^Cannot write to the cache .*no space is left.*XDG_CACHE_HOME\.$/);
  });

  it('turns a file in the way into one sentence', async () => {
    const failed = explainCacheErrors('/the/cache', () => writeFile('/dev/null/x', ''));
    await expect(failed).rejects.toThrow(
      /^Cannot write to the cache \(\/dev\/null\/x\): a part of the path is not a folder/,
    );
  });

  it('names a link by its own path, not by what it points at', async () => {
    const failed = explainCacheErrors('/the/cache', () => symlink('4711:1', '/dev/null/claim'));
    await expect(failed).rejects.toThrow(/^Cannot write to the cache \(\/dev\/null\/claim\)/);
  });

  it('finds the reason that a recursive mkdir hides', async () => {
    // As Node does for EROFS.
    const failed = explainCacheErrors('/the/cache', async () => {
      throw Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'mkdir', path: '/dev/null/a/b' });
    });
    await expect(failed).rejects.toThrow(/^Cannot write to the cache \(\/dev\/null\/a\/b\): a part of the path/);
  });

  it('leaves other errors and values alone', async () => {
    const ours = new Error('ours');
    await expect(explainCacheErrors('/c', () => Promise.reject(ours))).rejects.toBe(ours);
    await expect(explainCacheErrors('/c', () => Promise.resolve(7))).resolves.toBe(7);
  });
});

describe('cacheErrorFromText', () => {
  it('knows what tools print when the disk is full or read-only', () => {
    expect(cacheErrorFromText('/c', 'ld: final link failed: No space left on device')?.message).toMatch(
      /no space is left/,
    );
    expect(cacheErrorFromText('/c', 'mkdir: Read-only file system')?.message).toMatch(/read-only/);
    expect(cacheErrorFromText('/c', 'syntax error')).toBeNull();
  });
});

describe('isFull', () => {
  const room = { blocks: 1000, bavail: 500, bsize: 4096, files: 1000, ffree: 500 };

  it.each([
    ['a disk with room', room, false],
    ['a disk without blocks', { ...room, bavail: 0 }, true],
    ['a disk without inodes', { ...room, ffree: 0 }, true],
    ['a file system that counts no inodes', { ...room, files: 0, ffree: 0 }, false],
    ['a file system that counts nothing', { blocks: 0, bavail: 0, bsize: 4096, files: 0, ffree: 0 }, false],
  ])('%s', (_, numbers, expected) => {
    expect(isFull(numbers)).toBe(expected);
  });
});
