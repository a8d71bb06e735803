import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EnvironmentError } from '../errors.ts';
import { formatIdentity, ownIdentity, type ProcessIdentity } from '../process-identity.ts';
import { makeScratchFolder } from './scratch-folder.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'flakehunt-scratch-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

const make = async () => await makeScratchFolder({ cache, state: cache, packageRoot: '/', cwd: '/' });

function leave(name: string, owner: ProcessIdentity): string {
  const path = join(cache, 'scratch', name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'left'), '');
  symlinkSync(formatIdentity(owner), `${path}.owner`);
  return path;
}

it('is gone when it is removed, and nothing of it stays', async () => {
  const scratch = await make();
  writeFileSync(join(scratch.path, 'x'), '');
  await scratch.remove();
  expect(readdirSync(join(cache, 'scratch'))).toEqual([]);
});

it('goes with the next hunt when its process was killed, whoever has its pid now', async () => {
  const left = leave('1-killed', { ...ownIdentity(), start: '1' });
  await make();
  expect(existsSync(left)).toBe(false);
  expect(existsSync(`${left}.owner`)).toBe(false);
});

it('stays while its process lives, or may live in a container that shares the cache', async () => {
  const mine = leave('2-alive', ownIdentity());
  const foreign = leave('4711-foreign', { ...ownIdentity(), pid: 4711, namespace: '1' });
  await make();
  expect([mine, foreign].map((path) => existsSync(join(path, 'left')))).toEqual([true, true]);
});

it('says what to do when the cache cannot be written', async () => {
  writeFileSync(join(cache, 'scratch'), '');
  await expect(make()).rejects.toThrow(EnvironmentError);
  await expect(make()).rejects.toThrow(/^No scratch folder can be made in .*XDG_CACHE_HOME/);
});
