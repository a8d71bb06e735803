import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolders } from './make-folders.ts';

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'flakehunt-folders-'));
});
afterEach(() => rmSync(top, { recursive: true }));

test('every folder of the path is made, and making it again is no error', () => {
  const path = join(top, 'a', 'b', 'c');
  makeFolders(path);
  makeFolders(path);
  expect(statSync(path).isDirectory()).toBe(true);
});

test('a file in the way is an error', () => {
  writeFileSync(join(top, 'a'), '');
  expect(() => makeFolders(join(top, 'a'))).toThrow('EEXIST');
  expect(() => makeFolders(join(top, 'a', 'b', 'c'))).toThrow('ENOTDIR');
});

test('a file system that refuses every folder with ENOENT is an error too, not an endless loop', () => {
  expect(() => makeFolders('/proc/flakehunt/a/b')).toThrow('ENOENT');
});
