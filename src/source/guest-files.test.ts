import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { commandSuite } from '../suites/index.ts';
import { guestFiles } from './guest-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'flakehunt-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'data/deep'), { recursive: true });
for (const name of ['data/a.bin', 'data/b.bin', 'data/c.txt', 'data/deep/d.bin']) writeFileSync(join(folder, name), '');

const of = (...wanted: string[]) => guestFiles({ ...commandSuite(['x'], folder), guestFiles: wanted }, folder);

it('makes paths and globs whole', async () => {
  const at = (...names: string[]) => names.map((name) => join(folder, name));
  expect(await guestFiles(commandSuite(['x'], folder), folder)).toEqual([]);
  expect(await of('data')).toEqual(at('data'));
  expect(await of(join(folder, 'data/a.bin'))).toEqual(at('data/a.bin'));
  expect(await of('data/*.bin', 'data/a.bin')).toEqual(at('data/a.bin', 'data/b.bin'));
  expect(await of('data/**/*.bin')).toEqual(at('data/a.bin', 'data/b.bin', 'data/deep/d.bin'));
});

it('names what is missing', async () => {
  await expect(of('data/*.zip')).rejects.toThrow('data/*.zip among its guest-files');
  await expect(of('gone')).rejects.toThrow('gone among its guest-files');
});
