import { describe, expect, it } from 'vitest';
import type { CacheEntry } from '../model/cache.ts';
import { renderCacheUsage, renderPruned } from './cache.ts';

const now = 1_700_000_000_000;
const entry = (change: Partial<CacheEntry>): CacheEntry => ({
  kind: 'build',
  path: '/c/builds/x/1',
  title: 'liburing-2.6 of https://github.com/axboe/liburing: msg-ring',
  bytes: 25_300_000,
  lastUsedMs: now - 3 * 3_600_000,
  inUse: false,
  whole: true,
  ...change,
});
const entries = [
  entry({ kind: 'leftover', title: 'unfinished clone', bytes: 0, whole: false, lastUsedMs: now - 90 * 86_400_000 }),
  entry({ bytes: 512, inUse: true }),
  entry({ kind: 'mirror', title: 'github.com-axboe-liburing-1234abcd', lastUsedMs: now + 5000 }),
  entry({ whole: false, title: 'liburing-2.5 of /home/me/ü: poll' }),
];

describe('renderCacheUsage', () => {
  it('is a table by kind, the last use first, with what pruning would do', () => {
    const due = entries.filter(({ whole }) => !whole);
    expect(renderCacheUsage({ path: '/c', entries }, due, now, { columns: 100 })).toBe(
      [
        'kind          size  last used  what',
        'build        512 B  in use     liburing-2.6 of https://github.com/axboe/liburing: msg-ring',
        'build     24.1 MiB  3 h ago    liburing-2.5 of /home/me/ü: poll (unfinished)',
        'mirror    24.1 MiB  just now   github.com-axboe-liburing-1234abcd',
        'leftover       0 B  90 d ago   unfinished clone',
        '',
        '4 entries, 48.3 MiB in /c',
        '`flakehunt cache --prune` removes 2 entries, 24.1 MiB: unfinished, or unused for 30 days.',
        '',
      ].join('\n'),
    );
  });

  it.each([60, 80, 160])('fits %i columns', (columns) => {
    const table = renderCacheUsage({ path: '/c', entries }, [], now, { columns }).split('\n\n')[0] ?? '';
    expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(/\.\.\.$/m.test(table)).toBe(columns < 100);
  });

  it('says that it is empty', () => {
    expect(renderCacheUsage({ path: '/c', entries: [] }, [], now, { columns: 80 })).toBe('The cache (/c) is empty.\n');
  });
});

describe('renderPruned', () => {
  const [, used, mirror] = entries;
  const pruned = { removed: mirror === undefined ? [] : [mirror], inUse: used === undefined ? [] : [used] };

  it('says what went and what stayed', () => {
    const text = renderPruned(pruned, false, now, { columns: 80 });
    expect(text).toMatch(/^mirror .*\n\nRemoved 1 entry, 24\.1 MiB\.\nLeft alone, .*: 1 entry, 512 B\.\n$/ms);
  });

  it('says what would go', () => {
    const text = renderPruned({ ...pruned, inUse: [] }, true, now, { columns: 80 });
    expect(text).toMatch(/\nWould remove 1 entry, 24\.1 MiB\.\nWithout --dry-run this removes it\.\n$/);
  });

  it('says that there was nothing', () => {
    expect(renderPruned({ removed: [], inUse: [] }, false, now, { columns: 80 })).toBe('Nothing to remove.\n');
  });
});
