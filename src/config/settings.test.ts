import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError, UsageError } from '../errors.ts';
import { loadSettings } from './settings.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'flakehunt-settings-'));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function load(env: NodeJS.ProcessEnv = {}, where: { cwd?: string; configFlag?: string } = {}) {
  return loadSettings({ env: { HOME: home, ...env }, cwd: home, packageRoot: '/opt/flakehunt', ...where });
}

function write(name: string, text: string | Uint8Array): string {
  const path = join(home, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** What loading a module of ours loads, as its source says; types do not count. */
function staticImports(file: URL, seen = new Set<string>()): string[] {
  const source = readFileSync(file, 'utf8');
  for (const [, name = ''] of source.matchAll(/^import (?!type )[^']*'([^']+)';/gm)) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (name.startsWith('.')) staticImports(new URL(name, file), seen);
  }
  return [...seen];
}

/** Root may read everything. */
async function asOrdinaryUser<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run();
  chmodSync(home, 0o755);
  process.seteuid?.(65_534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable('should have been refused'),
    (error: Error) => error,
  );
}

describe('folders', () => {
  it('lie below HOME', async () => {
    const { paths } = await load();
    expect(paths).toEqual({
      cache: `${home}/.cache/flakehunt`,
      state: `${home}/.local/state/flakehunt`,
      packageRoot: '/opt/flakehunt',
      cwd: home,
    });
  });

  it('follow XDG, but only absolute variables, as its specification says', async () => {
    const { paths } = await load({ XDG_CACHE_HOME: '/var/c', XDG_STATE_HOME: 'relative' });
    expect(paths.cache).toBe('/var/c/flakehunt');
    expect(paths.state).toBe(`${home}/.local/state/flakehunt`);
  });

  it('need no HOME when XDG says both', async () => {
    const { paths } = await load({ HOME: undefined, XDG_CACHE_HOME: '/c', XDG_STATE_HOME: '/s' });
    expect(paths.state).toBe('/s/flakehunt');
  });

  it.each([
    [undefined, 'HOME is not set and XDG_CACHE_HOME is not either'],
    ['', 'HOME is not an absolute path'],
    ['relative', 'HOME is not an absolute path'],
  ])('cannot be found with HOME=%s', async (value, message) => {
    const error = await rejection(load({ HOME: value }));
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain(message);
  });
});

describe('the configuration file', () => {
  it('is not needed', async () => {
    const settings = await load();
    expect(settings.configFile).toBeNull();
    expect(settings.suites).toEqual([]);
    expect(Object.values(settings.run).every((value) => value === null)).toBe(true);
  });

  it('costs nothing when it is not there: neither zod nor yaml is loaded', () => {
    expect(staticImports(new URL('./settings.ts', import.meta.url))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:zod|yaml)$/)]),
    );
    expect(staticImports(new URL('./load-file.ts', import.meta.url))).toEqual(expect.arrayContaining(['zod', 'yaml']));
  });

  it.each(['yaml', 'yml', 'json'])('is found upwards as .%s', async (extension) => {
    const file = write(`a/flakehunt.config.${extension}`, '{"run": {"loops": 5}}');
    mkdirSync(join(home, 'a/b/c'), { recursive: true });
    const settings = await load({}, { cwd: join(home, 'a/b/c') });
    expect(settings.configFile).toBe(file);
    expect(settings.run.loops).toBe(5);
  });

  it('is the nearest one', async () => {
    write('flakehunt.config.yaml', 'run: {loops: 1}');
    write('a/flakehunt.config.yaml', 'run: {loops: 2}');
    expect((await load({}, { cwd: join(home, 'a') })).run.loops).toBe(2);
  });

  it('is not looked for above the home folder', async () => {
    write('flakehunt.config.yaml', 'run: {loops: 1}');
    mkdirSync(join(home, 'user/project'), { recursive: true });
    const settings = await load({ HOME: join(home, 'user') }, { cwd: join(home, 'user/project') });
    expect(settings.configFile).toBeNull();
  });

  it('may not be there twice', async () => {
    write('flakehunt.config.yaml', '');
    write('flakehunt.config.json', '{}');
    expect((await rejection(load())).message).toMatch(/^Both .*yaml and .*json are there; keep one of them\.$/);
  });

  it('is named by a flag, which goes over FLAKEHUNT_CONFIG, both from the current folder', async () => {
    write('one.yaml', 'run: {loops: 1}');
    write('two.yaml', 'run: {loops: 2}');
    expect((await load({ FLAKEHUNT_CONFIG: 'two.yaml' })).run.loops).toBe(2);
    expect((await load({ FLAKEHUNT_CONFIG: 'two.yaml' }, { configFlag: 'one.yaml' })).run.loops).toBe(1);
  });

  it('can be switched off with /dev/null', async () => {
    write('flakehunt.config.yaml', 'run: {loops: 1}');
    expect((await load({ FLAKEHUNT_CONFIG: '/dev/null' })).run.loops).toBeNull();
  });

  it.each([
    ['empty', ''],
    ['only comments', '# nothing yet\n'],
    ['only keys', 'run:\nsuites:\n'],
    ['an empty JSON map', '{}'],
  ])('may be %s', async (_, text) => {
    write('flakehunt.config.yaml', text);
    expect((await load()).suites).toEqual([]);
  });

  it.each([
    ['a list', '- run\n', 'flakehunt.config.yaml:1:1: must be a map, not a list'],
    ['a text', 'run\n', 'flakehunt.config.yaml:1:1: must be a map, not a text'],
    ['tabs', 'run:\n\tloops: 5\n', 'flakehunt.config.yaml:2:1: YAML is indented with spaces, not with tabs'],
    ['a key twice', 'run: {}\nrun: {}\n', 'flakehunt.config.yaml:2:1: the key stands here a second time'],
  ])('with %s is refused', async (_, text, message) => {
    write('flakehunt.config.yaml', text);
    const error = await rejection(load());
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe(message);
  });

  it('may have CRLF and a byte order mark', async () => {
    write('flakehunt.config.yaml', '\uFEFFrun:\r\n  loops: 5\r\n  time: 2m\r\n');
    expect((await load()).run).toMatchObject({ loops: 5, timeMs: 120_000 });
  });

  it('may not have 10 MB', async () => {
    const path = write('flakehunt.config.yaml', `run:\n${'# padding\n'.repeat(1_000_000)}`);
    expect((await rejection(load())).message).toBe(`${path} has 9.5 MiB; a configuration has at most 1 MiB.`);
  });

  it('may not be endless, or a pipe that nobody writes', async () => {
    const answer = (await rejection(load({}, { configFlag: '/dev/zero' }))).message;
    expect(answer).toMatch(/^\/dev\/zero has .* at most 1 MiB\.$/);
    execFileSync('mkfifo', [join(home, 'flakehunt.config.yaml')]);
    expect((await rejection(load())).message).toContain('is a pipe; a configuration is a file.');
  });

  it('may not be a folder, missing, dangling or binary', async () => {
    mkdirSync(join(home, 'flakehunt.config.yaml'));
    expect((await rejection(load())).message).toContain('is a folder; a configuration is a file.');
    expect((await rejection(load({ FLAKEHUNT_CONFIG: 'none.yaml' }))).message).toBe(
      `The configuration file ${home}/none.yaml does not exist.`,
    );
    symlinkSync('loop.yaml', join(home, 'loop.yaml'));
    expect((await rejection(load({}, { configFlag: 'loop.yaml' }))).message).toContain('symbolic link to itself');
    write('binary.yaml', new Uint8Array([0xff, 0xfe, 0x00, 0x80]));
    expect((await rejection(load({}, { configFlag: 'binary.yaml' }))).message).toContain('is not UTF-8 text');
  });

  it('says when it may not be read', async () => {
    chmodSync(write('flakehunt.config.yaml', 'run: {}'), 0);
    const error = await asOrdinaryUser(() => rejection(load()));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain('may not be read by this user');
  });

  it('names itself in full when it lies above', async () => {
    const file = write('flakehunt.config.yaml', 'rnu: {}\n');
    mkdirSync(join(home, 'deeper'));
    expect((await rejection(load({}, { cwd: join(home, 'deeper') }))).message).toBe(
      `${file}:1:1: rnu: unknown key; did you mean "run"?`,
    );
  });
});

describe('precedence', () => {
  it('is defaults, file, environment', async () => {
    write('flakehunt.config.yaml', 'run: {loops: 5, time: 2m, jobs: 4}');
    const { run } = await load({ FLAKEHUNT_JOBS: 'auto', FLAKEHUNT_UNTIL_RATE: '0.1%', FLAKEHUNT_TIME: '' });
    expect(run).toMatchObject({ loops: 5, timeMs: 120_000, jobs: 'auto', untilRate: 0.001, failures: null });
  });

  it('puts a strategy aside for a part of a condition above it, and parts for a strategy', async () => {
    write('flakehunt.config.yaml', 'run: {pin: one, noise: light}');
    expect((await load()).run).toMatchObject({ strategy: null, pin: 'one', noise: 'light' });
    const parts = await load({ FLAKEHUNT_CHAOS: 'pct:2', FLAKEHUNT_NOISE: 'heavy' });
    expect(parts.run).toMatchObject({ strategy: null, pin: 'one', noise: 'heavy', chaos: 'pct:2', quota: null });
    const strategy = await load({ FLAKEHUNT_STRATEGY: 'auto' });
    expect(strategy.run).toMatchObject({ strategy: 'auto', pin: null, noise: null, chaos: null, quota: null });
    write('flakehunt.config.yaml', 'run: {strategy: pct-2}');
    expect((await load({ FLAKEHUNT_QUOTA: '20%' })).run).toMatchObject({ strategy: null, quota: '20%' });
  });

  it('does not take both from one place', async () => {
    const error = await rejection(load({ FLAKEHUNT_CHAOS: 'note', FLAKEHUNT_STRATEGY: 'auto' }));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(/^FLAKEHUNT_STRATEGY cannot be combined with FLAKEHUNT_CHAOS: FLAKEHUNT_PIN, /);
  });

  it('names the variable that is wrong', async () => {
    const chaos = await rejection(load({ FLAKEHUNT_CHAOS: 'pctt' }));
    expect(chaos.message).toMatch(/^FLAKEHUNT_CHAOS pctt cannot be used: "pctt" is not an arm of chaos; .*[^.]\.$/);
    const error = await rejection(load({ FLAKEHUNT_TIME: '10' }));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(/^FLAKEHUNT_TIME 10 has no unit/);
  });

  it('leaves alone what the supervisor tells a test, for flakehunt may be one', async () => {
    const { run, env } = await load({ FLAKEHUNT_RUN: '7', FLAKEHUNT_SEED: '00', OTHER: undefined });
    expect(Object.values(run).every((value) => value === null)).toBe(true);
    expect(env).toEqual({ HOME: home, FLAKEHUNT_RUN: '7', FLAKEHUNT_SEED: '00' });
  });
});
