import { expect, it } from 'vitest';
import { type KernelRow, renderKernels } from './kernels.ts';

const now = Date.UTC(2026, 10, 28, 12);
const screen = { columns: 80, color: false, unicode: false };
const row = (changes: Partial<KernelRow>): KernelRow => ({
  where: 'debian',
  spec: 'deb:6.12.101-1~deb12u1',
  release: '6.12.101+deb12-cloud-amd64',
  version: '6.12.101',
  package: 'linux-image-6.12.101+deb12-cloud-amd64 6.12.101-1~deb12u1',
  suites: ['bookworm-security'],
  image: null,
  bytes: 34_000_000,
  lastUsedMs: null,
  ...changes,
});
const rows = [
  row({ where: 'cache', spec: 'deb:6.1.176-1', release: '6.1.0-50-cloud-amd64', lastUsedMs: now - 7_200_000 }),
  row({ where: 'installed', spec: '6.1.0-50-amd64', image: '/boot/vmlinuz-6.1.0-50-amd64', bytes: null }),
  row({}),
  row({ spec: 'deb:6.12.117-1', release: '6.12.117+deb13-cloud-amd64', suites: ['trixie', 'trixie-security', 'sid'] }),
];

it('is a table for each place, and says how to name one', () => {
  expect(renderKernels({ pattern: null, lookedMs: now, rows }, now, screen)).toBe(
    `In the cache
  named          release       size  last used
  deb:6.1.176-1  6.1.0-50  32.4 MiB  2 h ago

Installed
  named           image
  6.1.0-50-amd64  /boot/vmlinuz-6.1.0-50-amd64

From Debian, as of 2026-11-28
  named                   release             size  suites
  deb:6.12.101-1~deb12u1  6.12.101+deb12  32.4 MiB  bookworm-security
  deb:6.12.117-1          6.12.117+deb13  32.4 MiB  trixie, trixie-security, sid

4 kernels.
A kernel is named by its path, by its release where it is installed, or by a pattern: deb:6.12.* is the newest of 6.12.
`,
  );
});

it('cuts lines to the screen', () => {
  const text = renderKernels({ pattern: null, lookedMs: now, rows }, now, { ...screen, columns: 60 });
  const tables = text.split('\n').filter((line) => line.startsWith('  '));
  expect(Math.max(...tables.map((line) => line.length))).toBe(60);
});

it('says what was looked for and where not', () => {
  const found = { pattern: '6.1.*', lookedMs: null, rows: [] };
  expect(renderKernels(found, now, screen)).toBe('No kernel matching 6.1.* (Debian was not asked).\n');
});
