import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import type { CommandContext, RunDefaults } from '../model/settings.ts';
import { type CacheOptions, cache } from './cache.ts';

let root: string;
let printed: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'flakehunt-cache-'));
  await mkdir(join(root, 'logs'));
  await writeFile(join(root, 'logs', 'old.log'), 'x');
  await writeFile(join(root, 'logs', 'new.log'), 'x');
  const past = new Date(Date.now() - 40 * 86_400_000);
  await utimes(join(root, 'logs', 'old.log'), past, past);
  printed = '';
  return () => rm(root, { recursive: true });
});

async function run(options: CacheOptions): Promise<number> {
  const context: CommandContext = {
    settings: {
      paths: { cache: root, state: root, packageRoot: root, cwd: root },
      configFile: null,
      run: {} as RunDefaults,
      suites: [],
      conditions: [],
      quarantine: [],
      env: {},
    },
    screen: {
      out: (text) => {
        printed += text;
      },
      err: () => {
        throw new Error('nothing goes there');
      },
      columns: 80,
      tty: false,
      errTty: false,
      color: false,
      unicode: false,
    },
    kept: () => undefined,
    signal: new AbortController().signal,
    version: '0.0.0',
    commandLine: ['cache'],
  };
  return await cache(options, context);
}

const left = () => readdir(join(root, 'logs'));

describe('flakehunt cache', () => {
  it('shows and changes nothing', async () => {
    expect(await run({})).toBe(0);
    expect(printed).toMatch(/^log .*old\.log$/m);
    expect(printed).toMatch(/`flakehunt cache --prune` removes 1 entry/);
    expect(await left()).toHaveLength(2);
  });

  it('prunes by age, or all, or only says so', async () => {
    expect(await run({ prune: true, dryRun: true, all: true })).toBe(0);
    expect(await left()).toHaveLength(2);
    await run({ prune: true, olderThan: '50d' });
    expect(await left()).toHaveLength(2);
    await run({ prune: true });
    expect(await left()).toEqual(['new.log']);
    await run({ prune: true, all: true });
    expect(await left()).toEqual([]);
  });

  it('prints versioned JSON', async () => {
    await run({ json: true });
    expect(JSON.parse(printed)).toMatchObject({ v: 1, path: root, entries: [{ kind: 'log' }, { kind: 'log' }] });
    printed = '';
    await run({ json: true, prune: true });
    expect(JSON.parse(printed)).toMatchObject({ v: 1, dryRun: false, removed: [{ title: 'old.log' }], inUse: [] });
  });

  it.each([
    [{ all: true }, /add --prune/],
    [{ dryRun: true }, /add --prune/],
    [{ olderThan: '7d' }, /add --prune/],
    [{ prune: true, all: true, olderThan: '7d' }, /leave --older-than out/],
    [{ prune: true, olderThan: '7' }, /--older-than.*no unit/],
    [{ prune: true, olderThan: '' }, /--older-than/],
  ])('refuses %j', async (options, message) => {
    await expect(run(options)).rejects.toThrow(UsageError);
    await expect(run(options)).rejects.toThrow(message);
    expect(await left()).toHaveLength(2);
  });
});
