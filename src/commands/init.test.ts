import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfigFile } from '../config/load-file.ts';
import { runKeys } from '../config/run-keys.ts';
import { loadSettings } from '../config/settings.ts';
import { EnvironmentError, ExitCode, UsageError } from '../errors.ts';
import type { CommandContext } from '../model/settings.ts';
import { init } from './init.ts';

let folder: string;
let printed: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'flakehunt-init-')), 'project');
  mkdirSync(folder);
  printed = '';
});

afterEach(() => {
  rmSync(dirname(folder), { recursive: true, force: true });
});

async function context(): Promise<CommandContext> {
  const settings = await loadSettings({
    env: { HOME: dirname(folder), FLAKEHUNT_CONFIG: '/dev/null' },
    cwd: folder,
    packageRoot: '/opt/flakehunt',
  });
  const screen = {
    out: (text: string | Uint8Array) => {
      printed += String(text);
    },
    err: () => undefined,
    columns: 80,
    tty: false,
    errTty: false,
    color: false,
    unicode: true,
  };
  const kept = () => undefined;
  return {
    settings,
    screen,
    kept,
    signal: new AbortController().signal,
    version: '0',
    commandLine: [],
  } as CommandContext;
}

function lay(...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), '');
  }
}

function written(): string {
  return readFileSync(join(folder, 'flakehunt.config.yaml'), 'utf8');
}

function parsed(text: string) {
  return parseConfigFile(text, join(folder, 'flakehunt.config.yaml'), folder);
}

/** What the file says once every `#key` is set; where only one of several may stay, the last one stays. */
function everythingSet(text: string): string {
  return text.replaceAll(/^( *)#(?=\S)/gm, '$1').replaceAll(/^ *(?:glob|names|strategy): .*\n/gm, '');
}

async function fails(options: { force?: boolean } = {}): Promise<Error> {
  return init(options, await context()).then(
    () => expect.unreachable('should have been refused'),
    (error: Error) => error,
  );
}

describe('init', () => {
  it('writes a file that is valid as it stands and sets nothing, where nothing is known', async () => {
    expect(await init({}, await context())).toBe(ExitCode.ok);
    expect(parsed(written())).toEqual({ run: {}, suites: [], conditions: [], quarantine: [] });
    expect(printed).toBe(
      'Wrote flakehunt.config.yaml. Nothing here tells how to build: describe a suite in it, or hunt with `flakehunt run -- COMMAND`.\n',
    );
  });

  it.each([
    ['meson.build', ['meson', 'setup', 'build'], 'build/tests/{test}'],
    ['CMakeLists.txt', ['cmake', '-S', '.', '-B', 'build'], 'build/tests/{test}'],
    ['Makefile', ['make', '-j{jobs}'], 'tests/{test}'],
  ])('guesses a suite from %s', async (file, argv, artifact) => {
    lay(file, 'tests/a.cc');
    await init({}, await context());
    const [suite, ...others] = parsed(written()).suites;
    expect(others).toEqual([]);
    expect(suite).toMatchObject({
      name: 'project',
      build: { base: [{ argv, cwd: '.', env: {} }], artifact },
      discovery: { kind: 'glob', pattern: 'tests/*.cc' },
      command: ['{artifact}'],
      nameForms: { prefixes: ['tests/'], suffixes: ['.cc'] },
    });
    expect(printed).toContain(`Its suite "project" was guessed from ${file}: check it`);
  });

  it('runs configure where there is one', async () => {
    lay('configure', 'Makefile');
    await init({}, await context());
    expect(parsed(written()).suites[0]?.build?.base.map(({ argv }) => argv[0])).toEqual(['./configure', 'make']);
  });

  it('says that a liburing checkout needs nothing', async () => {
    lay('src/include/liburing.h', 'configure', 'Makefile');
    await init({}, await context());
    expect(parsed(written()).suites).toEqual([]);
    expect(printed).toContain('This is liburing, which needs no configuration');
  });

  it.each([[[]], [['Makefile']], [['src/include/liburing.h']]])(
    'explains only keys that are valid: %s',
    async (files) => {
      lay(...files);
      await init({}, await context());
      const { run, suites, conditions } = parsed(everythingSet(written()));
      expect(Object.keys(run)).toHaveLength(Object.keys(runKeys).length - 1);
      expect(conditions.map(({ name }) => name)).toEqual(['crowded', 'first-cpu']);
      expect(suites).toHaveLength(1);
    },
  );

  it('explains every key', async () => {
    lay('Makefile');
    await init({}, await context());
    const [suite] = parsed(everythingSet(written())).suites;
    expect(suite).toMatchObject({
      build: { irrelevant: ['/docs/', '*.md'], base: [{}, { cwd: 'src', env: { DESTDIR: 'out' } }] },
      discovery: { kind: 'make-variable', variable: 'test_srcs' },
      env: { LC_ALL: 'C' },
      judge: {
        failurePatterns: [{ pattern: '^not ok' }, { pattern: 'lost \\d+ events', why: 'events went missing' }],
        ignorePatterns: [{ pattern: 'retrying' }],
        invalidPatterns: [{ pattern: 'Cannot open /dev/kvm' }],
      },
      nameForms: { prefixes: ['test/'], suffixes: ['.c'] },
    });
  });

  it.each([
    ['with space', 'with-space'],
    ['.hidden', 'hidden'],
    ['liburing', 'mine'],
    ['日本', 'mine'],
  ])('gives the suite of the folder %j a name it may have', async (name, expected) => {
    folder = join(dirname(folder), name);
    mkdirSync(folder);
    lay('Makefile');
    await init({}, await context());
    expect(parsed(written()).suites[0]?.name).toBe(expected);
  });

  it('never replaces a file unless forced', async () => {
    writeFileSync(join(folder, 'flakehunt.config.yaml'), 'run: {loops: 5}\n');
    const error = await fails();
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe('flakehunt.config.yaml is there already; `flakehunt init --force` replaces it.');
    expect(written()).toBe('run: {loops: 5}\n');
    await init({ force: true }, await context());
    expect(parsed(written()).run).toEqual({});
  });

  it('does not lay a second configuration beside another', async () => {
    lay('flakehunt.config.json');
    expect((await fails({ force: true })).message).toContain('flakehunt.config.json is there already');
  });

  it('says what stands in the way', async () => {
    mkdirSync(join(folder, 'flakehunt.config.yaml'));
    expect((await fails({ force: true })).message).toBe('flakehunt.config.yaml is a folder here; remove it first.');
    rmSync(folder, { recursive: true });
    const error = await fails();
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toMatch(/flakehunt\.config\.yaml cannot be written \(ENOENT\)\.$/);
  });
});
