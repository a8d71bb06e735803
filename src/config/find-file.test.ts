import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { findConfigFile } from './find-file.ts';

const me = process.geteuid?.() ?? 0;
let folder: string;
let file: string;
/** A user who is neither root nor the file's owner. */
let stranger: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flakehunt-find-'));
  file = join(folder, 'flakehunt.config.yaml');
  writeFileSync(file, '');
  if (me === 0) chownSync(file, 65_534, 65_534);
  stranger = me + 1;
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it("does not run another user's commands from a folder where anyone may write", () => {
  chmodSync(folder, 0o1777);
  expect(() => findConfigFile(folder, null, stranger)).toThrow(UsageError);
  expect(() => findConfigFile(folder, null, stranger)).toThrow('name it with --config if you trust it');
});

it('takes the file of whoever owns the folder, as in a checkout that is shared with a container', () => {
  chmodSync(folder, 0o755);
  expect(findConfigFile(folder, null, stranger)).toBe(file);
});

it("takes one's own file anywhere", () => {
  chmodSync(folder, 0o1777);
  expect(findConfigFile(folder, null, me === 0 ? 65_534 : me)).toBe(file);
});
