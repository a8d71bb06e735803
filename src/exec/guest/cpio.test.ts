import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cpioArchive } from './cpio.ts';

const cpio = ['/usr/bin/cpio', '/bin/cpio'].find((path) => existsSync(path));

test('is unpacked by cpio as it was packed', ({ skip }) => {
  skip(cpio === undefined, 'cpio is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'flakehunt-cpio-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const archive = join(folder, 'archive');
  const bytes = [
    ...cpioArchive([
      { path: '/init', kind: 'file', mode: 0o755, content: Buffer.from('program') },
      { path: '/deep/er/data', kind: 'file', mode: 0o600, content: Buffer.from('12345') },
      { path: '/empty', kind: 'folder', mode: 0o1777 },
      { path: '/lib', kind: 'link', target: 'deep/er' },
    ]),
  ];
  writeFileSync(archive, Buffer.concat(bytes));
  execFileSync(cpio ?? '', ['-idm', '--quiet', '-F', archive], { cwd: folder });
  expect(readFileSync(join(folder, 'init'), 'utf8')).toBe('program');
  expect(statSync(join(folder, 'init')).mode & 0o7777).toBe(0o755);
  expect(readFileSync(join(folder, 'lib/data'), 'utf8')).toBe('12345');
  expect(readlinkSync(join(folder, 'lib'))).toBe('deep/er');
  expect(statSync(join(folder, 'empty')).mode & 0o7777).toBe(0o1777);
});

test('entries lie at multiples of four bytes, and the trailer is the last', () => {
  const parts = [...cpioArchive([{ path: 'a', kind: 'file', mode: 0o644, content: Buffer.from('xyz') }])];
  expect(parts.map(({ length }) => length % 4)).toEqual(parts.map(() => 0));
  expect(Buffer.concat(parts).toString('latin1')).toMatch(/TRAILER!!!\0+$/);
});
