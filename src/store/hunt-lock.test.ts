import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import { formatIdentity, ownIdentity } from '../process-identity.ts';
import { isLocked, lockHunt } from './hunt-lock.ts';

const tsc = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));

let compiled: string;
beforeAll(() => {
  compiled = mkdtempSync(join(tmpdir(), 'flakehunt-compiled-'));
  writeFileSync(join(compiled, 'package.json'), '{"type":"module"}');
  const flags = '--ignoreConfig --module nodenext --target es2023 --rewriteRelativeImportExtensions --types node';
  const source = fileURLToPath(new URL('./hunt-lock.ts', import.meta.url));
  execFileSync(tsc, [...flags.split(' '), '--outDir', compiled, source]);
});
afterAll(() => rmSync(compiled, { recursive: true }));

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'flakehunt-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a hunt can be locked once, and again after its release', () => {
  const lock = lockHunt(dir);
  expect(isLocked(dir)).toBe(true);
  expect(() => lockHunt(dir)).toThrow(UsageError);
  expect(() => lockHunt(dir)).toThrow(`process ${process.pid}`);
  lock.release();
  expect(isLocked(dir)).toBe(false);
  lockHunt(dir).release();
});

test('locks do not pile up in the folder', () => {
  for (let i = 0; i < 20; i++) lockHunt(dir).release();
  expect(readdirSync(dir)).toEqual(['lock.40']);
});

test('the lock of a killed process is free at once', async () => {
  const child = spawnHolder(`lockHunt(process.argv[2]); say('locked'); setInterval(() => {}, 1000);`);
  await once(child.stdout, 'data');
  expect(isLocked(dir)).toBe(true);
  expect(() => lockHunt(dir)).toThrow(`process ${child.pid}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isLocked(dir)).toBe(false);
  lockHunt(dir).release();
});

test('a holder on another host counts while its log grows, and no longer', () => {
  const elsewhere = { ...ownIdentity(), boot: 'other', host: 'elsewhere' };
  symlinkSync(formatIdentity(elsewhere), join(dir, 'lock.7'));
  const log = join(dir, 'events.ndjson');
  writeFileSync(log, '');
  expect(() => lockHunt(dir)).toThrow('on elsewhere');
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(log, longAgo, longAgo);
  expect(isLocked(dir)).toBe(false);
  lockHunt(dir).release();
});

test('a holder that is still alive though its start time differs is another process: the lock is free', () => {
  symlinkSync(formatIdentity({ ...ownIdentity(), start: '1' }), join(dir, 'lock.1'));
  expect(isLocked(dir)).toBe(false);
});

test('of many processes that rush for a dead lock, one gets it', async () => {
  symlinkSync(formatIdentity({ ...ownIdentity(), start: '1' }), join(dir, 'lock.3'));
  const children = Array.from({ length: 6 }, () =>
    spawnHolder(`
      say('ready');
      await new Promise((go) => process.stdin.once('data', go));
      try { lockHunt(process.argv[2]); say('got'); } catch (error) { say(error.name); }
      process.stdin.once('data', () => process.exit());`),
  );
  await Promise.all(children.map((child) => once(child.stdout, 'data')));
  for (const child of children) child.stdin.write('go');
  const answers = await Promise.all(
    children.map(async (child) => String((await once(child.stdout, 'data'))[0]).trim()),
  );
  for (const child of children) child.stdin.write('end');
  await Promise.all(children.map((child) => once(child, 'exit')));
  expect(answers.toSorted()).toEqual(['UsageError', 'UsageError', 'UsageError', 'UsageError', 'UsageError', 'got']);
});

/** A process of its own that imports the compiled module (Node 20 reads no TypeScript) and does as `program` says. */
function spawnHolder(program: string): ChildProcessWithoutNullStreams {
  const module = join(compiled, 'store', 'hunt-lock.js');
  const prelude =
    'const { lockHunt } = await import(process.argv[1]); const say = (text) => process.stdout.write(text);';
  return spawn(process.execPath, ['--input-type=module', '-e', `${prelude}\n${program}`, module, dir]);
}
