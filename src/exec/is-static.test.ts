import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isStatic } from './is-static.ts';

const folder = mkdtempSync(join(tmpdir(), 'flakehunt-elf-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Header and program headers of these types, and nothing else. */
function elf(types: number[]): Buffer {
  const file = Buffer.alloc(64 + 56 * types.length);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(types.length, 56);
  for (const [i, type] of types.entries()) file.writeUInt32LE(type, 64 + 56 * i);
  return file;
}

test('a program that names a loader is not static', async () => {
  const program = join(folder, 'program');
  writeFileSync(program, elf([1, 3, 1]));
  expect(await isStatic(program)).toBe(false);
  writeFileSync(program, elf([1, 1, 4]));
  expect(await isStatic(program)).toBe(true);
});
