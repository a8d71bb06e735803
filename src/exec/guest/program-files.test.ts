import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { interpreterOf, programFiles } from './program-files.ts';

const place = { env: { PATH: '/usr/bin:/bin' }, cwd: '/' };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flakehunt-program-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

test('a program comes with its loader, its libraries and the unwinder', async () => {
  const files = await programFiles('/bin/sh', place);
  expect(files[0]).toBe('/bin/sh');
  const loader = interpreterOf(readFileSync('/bin/sh'));
  expect(files).toContain(loader);
  expect(files.filter((file) => /\/libc\.so\.6$/.test(file))).toHaveLength(1);
  expect(files.filter((file) => /\/libgcc_s\.so\.1$/.test(file))).toHaveLength(1);
  for (const file of files) expect(realpathSync(file)).not.toBe('');
});

test('a script comes with its interpreter, also by way of env', async () => {
  const script = join(folder, 'script');
  writeFileSync(script, '#!/usr/bin/env sh\n');
  expect(await programFiles(script, place)).toEqual(expect.arrayContaining([script, '/usr/bin/env', '/usr/bin/sh']));
});

test('what is no program of this machine is taken as it is', async () => {
  const data = join(folder, 'data');
  writeFileSync(data, 'not a program');
  expect(await programFiles(data, place)).toEqual([data]);
});

test.each([
  [
    'a program that is not there',
    '/nonexistent/program',
    /\/nonexistent\/program cannot be put into the guest \(ENOENT\)/,
  ],
])('%s', async (_name, path, message) => {
  await expect(programFiles(path, place)).rejects.toThrow(message);
});
