import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Suite } from '../model/suite.ts';
import { builtIdentity } from './built-identity.ts';
import { readElf } from './elf.ts';
import { type Files, type SampleContext, sampleContext, sampleSuite, writeFiles } from './sample-tree.ts';

let context: SampleContext;

beforeEach(async () => {
  context = await sampleContext(process.env.PATH ?? '');
  return () => rm(context.root, { recursive: true });
});

interface Want {
  /** Arguments of cc, run at the top of the tree. `{top}` is that. */
  flags?: string[];
  /** Of a library that is built first. */
  library?: string;
  suite?: Suite;
  key?: string;
}

/** Writes `files` into a folder called `name`, makes `t` of `t.c` there, and tells its identity. */
async function identity(name: string, files: Files, want: Want = {}): Promise<string> {
  const { flags = [], library, suite = sampleSuite, key = name } = want;
  const treeDir = join(context.root, name);
  await mkdir(treeDir);
  await writeFiles(treeDir, files);
  if (library !== undefined) {
    await mkdir(join(treeDir, 'lib'));
    await writeFile(join(treeDir, 'lib.c'), library);
    await execa('cc', ['-g', '-shared', '-fPIC', '-o', 'lib/libx.so', 'lib.c'], { cwd: treeDir });
  }
  const put = flags.map((flag) => flag.replaceAll('{top}', treeDir));
  await execa('cc', ['-g', '-O1', '-o', 't', ...put], { cwd: treeDir });
  return await builtIdentity(built(treeDir, key), suite);
}

function built(treeDir: string, key: string) {
  const facts = { key, cached: false, seconds: 0, compiler: 'cc', log: null };
  return { treeDir, artifact: join(treeDir, 't'), facts };
}

const main = (body: string) => `int puts(const char *);\nint main(void) { ${body} }\n`;

describe('builtIdentity', () => {
  it('is that of what is loaded, not of where it was built', async () => {
    const first = await identity('a', { 't.c': main('return puts("x");') }, { flags: ['t.c'] });
    expect(first).toMatch(/^[0-9a-f]{40}$/);
    const source = `// said otherwise\n${main('return puts("x");')}`;
    expect(await identity('a longer name', { 't.c': source }, { flags: ['t.c'] })).toBe(first);
    expect(await identity('named', { 't.c': source }, { flags: ['{top}/t.c'] })).toBe(first);
    const [one, two] = await Promise.all(['a', 'named'].map((name) => readFile(join(context.root, name, 't'))));
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(false);
  });

  it('differs with code, data, flags, and the kind of link', async () => {
    const files = { 't.c': main('return puts("x");') };
    const all = [
      await identity('a', files, { flags: ['t.c'] }),
      await identity('b', { 't.c': main('return puts("y");') }, { flags: ['t.c'] }),
      await identity('c', { 't.c': main('return puts("x") + 1;') }, { flags: ['t.c'] }),
      await identity('d', files, { flags: ['-O0', '-fstack-protector-all', 't.c'] }),
      await identity('e', files, { flags: ['-Wl,-z,execstack', 't.c'] }),
      await identity('f', { 't.c': `static char big[9999]; ${main('return puts(big);')}` }, { flags: ['t.c'] }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('takes out the path of a source, as assert has it, but not its line', async () => {
    const source = main('return puts(__FILE__) + __LINE__;');
    const at = { flags: ['{top}/t.c'] };
    const first = await identity('a', { 't.c': source }, at);
    expect((await readFile(join(context.root, 'a', 't'))).includes(join(context.root, 'a', 't.c'))).toBe(true);
    expect(await identity('b', { 't.c': source }, at)).toBe(first);
    expect(await identity('c', { 't.c': `\n${source}` }, at)).not.toBe(first);
  });

  it('takes in the shared libraries of the tree, however they are found', async () => {
    const files = { 't.c': 'int x(void);\nint main(void) { return x(); }\n' };
    const library = 'int x(void) { return 1; }\n';
    const other = 'int x(void) { return 2; }\n';
    for (const path of ['$ORIGIN/lib', '{top}/lib']) {
      for (const tag of ['--enable-new-dtags', '--disable-new-dtags']) {
        const flags = ['t.c', '-Llib', '-lx', `-Wl,${tag},-rpath,${path}`];
        const name = (what: string) => `${what}${path.length}${tag.length}`;
        const first = await identity(name('a'), files, { flags, library });
        expect(await identity(name('b'), files, { flags, library: `// same\n${library}` })).toBe(first);
        expect(await identity(name('c'), files, { flags, library: other })).not.toBe(first);
      }
    }
    // Not found by the program: the system's, as far as anybody can tell.
    const flags = ['t.c', '-Llib', '-lx'];
    const plain = await identity('p', files, { flags, library });
    expect(await identity('q', files, { flags, library: other })).toBe(plain);
  });

  it('is the key where the test is more than its program', async () => {
    const files = { 't.c': main('return 0;') };
    const flags = ['t.c'];
    const first = await identity('a', files, { flags });
    const same = async (name: string, want: Want, other: Files = files) =>
      (await identity(name, other, { flags, key: '1', ...want })) ===
      (await identity(`${name}2`, other, { flags, key: '2', ...want }));
    expect(await same('b', {})).toBe(true);
    expect(await same('c', { suite: { ...sampleSuite, cwd: 'tree' } })).toBe(false);
    expect(await same('d', { suite: { ...sampleSuite, cwd: { path: 'test' } } })).toBe(false);
    expect(await same('e', { suite: { ...sampleSuite, command: ['{artifact}', '{tree}/data'] } })).toBe(false);
    expect(await same('f', { suite: { ...sampleSuite, command: ['timeout', '5', '{artifact}'] } })).toBe(true);
    expect(await same('g', { flags: ['t.c', '-DDATA="{top}/data"'] }, { 't.c': main('return puts(DATA);') })).toBe(
      false,
    );
    const opens = { 't.c': 'void *dlopen(const char *, int);\nint main(void) { return !dlopen("libx.so", 1); }\n' };
    expect(await same('h', { flags: ['t.c', '-ldl', '-Wl,-rpath,$ORIGIN/lib'] }, opens)).toBe(false);
    await writeFile(join(context.root, 'a', 't'), '#!/bin/sh\n');
    const script = (key: string) => builtIdentity(built(join(context.root, 'a'), key), sampleSuite);
    expect(await script('1')).toBe(await script('1'));
    expect(await script('1')).not.toBe(await script('2'));
    expect(await script('1')).not.toBe(first);
  });
});

describe('readElf', () => {
  it('is not misled by what is no ELF file, or half of one', async () => {
    await identity('a', { 't.c': main('return 0;') }, { flags: ['t.c'] });
    const whole = await readFile(join(context.root, 'a', 't'));
    expect(readElf(whole)?.needed).toEqual(['libc.so.6']);
    for (const length of [0, 3, 40, 100, whole.length - 1]) expect(readElf(whole.subarray(0, length))).toBeNull();
    expect(readElf(Buffer.alloc(100, '#!/bin/sh\n'))).toBeNull();
  });
});
