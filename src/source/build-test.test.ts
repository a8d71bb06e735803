import { access, chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { BuildError, EnvironmentError, UsageError } from '../errors.ts';
import type { Suite } from '../model/suite.ts';
import { type BuiltTest, buildTest } from './build-test.ts';
import { resolveRevision } from './revision.ts';
import {
  commitFiles,
  type SampleContext,
  sampleContext,
  sampleFiles,
  sampleGit,
  sampleRepository,
  sampleSuite,
  writeFiles,
} from './sample-tree.ts';
import { openTree } from './tree.ts';

const path = process.env.PATH ?? '';
let context: SampleContext;
let folder: string;

beforeEach(async () => {
  context = await sampleContext(path);
  folder = await sampleRepository(join(context.root, 'a tree'));
  return () => rm(context.root, { recursive: true });
});

interface Want {
  rev?: string | null;
  spec?: string;
  suite?: Suite;
  context?: SampleContext;
}

async function build(test: string, want: Want = {}): Promise<BuiltTest> {
  const { rev = null, spec = folder, suite = sampleSuite, context: ctx = context } = want;
  const tree = await openTree(spec, ctx);
  return await buildTest({ tree, revision: await resolveRevision(tree, rev, ctx), suite, test }, ctx);
}

const exitCode = async (program: string) => (await execa(program, [], { reject: false })).exitCode;
/** What the sample's build noted of itself. */
const stepsOf = async ({ treeDir }: BuiltTest) => (await readFile(join(treeDir, 'steps'), 'utf8')).trim().split('\n');
const recipe = (change: Partial<NonNullable<Suite['build']>>): Suite => {
  if (sampleSuite.build === null) throw new Error('the sample is built');
  return { ...sampleSuite, build: { ...sampleSuite.build, ...change } };
};

describe('buildTest', () => {
  it('builds a test that runs', async () => {
    const built = await build('alpha');
    expect(built.artifact).toBe(join(built.treeDir, 'test', 'alpha.t'));
    expect(await exitCode(built.artifact)).toBe(0);
    expect(built.facts).toMatchObject({ cached: false, key: expect.stringMatching(/^[0-9a-f]{20}$/) });
    expect(built.facts.compiler).toMatch(/\S+ .*, \S+-\S+/);
    expect(await readFile(built.facts.log ?? '', 'utf8')).toMatch(/^\$ make -s alpha\.t\n/);
    expect(await stepsOf(built)).toEqual(['configured', 'library', 'alpha.t']);
  });

  it('builds nothing the second time, nor for a commit that changes nothing relevant', async () => {
    const first = await build('alpha', { rev: 'v1' });
    for (const rev of ['v1', 'HEAD', 'worktree']) {
      const again = await build('alpha', { rev });
      expect(again).toEqual({ ...first, facts: { ...first.facts, cached: true, seconds: 0 } });
    }
    expect(await stepsOf(first)).toHaveLength(3);
  });

  it('shares the base build among the tests of a revision', async () => {
    const alpha = await build('alpha');
    const beta = await build('beta');
    expect(beta.treeDir).toBe(alpha.treeDir);
    expect(await exitCode(beta.artifact)).toBe(1);
    expect(await stepsOf(beta)).toEqual(['configured', 'library', 'alpha.t', 'beta.t']);
  });

  it('builds apart what differs in a source, the recipe, the flags or the compiler', async () => {
    await commitFiles(folder, 'another answer', { 'src/include/liburing.h': '#define ANSWER 7\n' });
    await writeFiles(context.root, {
      'bin/my-cc': `#!/bin/sh\n[ "$1" = --version ] && echo my-cc 1 && exit\nexec cc "$@"\n`,
    });
    await chmod(join(context.root, 'bin', 'my-cc'), 0o755);
    const variants = [
      await build('alpha', { rev: 'v1' }),
      await build('alpha', { rev: 'HEAD' }),
      await build('alpha', { rev: 'v1', suite: recipe({ version: 2 }) }),
      await build('alpha', { rev: 'v1', context: { ...context, env: { ...context.env, CFLAGS: '-O2' } } }),
      await build('alpha', {
        rev: 'v1',
        context: { ...context, env: { ...context.env, CC: join(context.root, 'bin', 'my-cc') } },
      }),
    ];
    expect(new Set(variants.map(({ facts }) => facts.key)).size).toBe(5);
    expect(await Promise.all(variants.map(({ artifact }) => exitCode(artifact)))).toEqual([0, 7, 0, 0, 0]);
  });

  it('lets through only what is in the key', async () => {
    const suite = recipe({
      test: [{ argv: ['sh', '-c', 'env > test/alpha.t'], cwd: '.', env: { OWN: 'of {test}' } }],
    });
    const env = { ...context.env, CFLAGS: '-O1', MAKEFLAGS: '-n', root: '/', GIT_DIR: '/x', LD_PRELOAD_X: '1' };
    const built = await build('alpha', { suite, context: { ...context, env } });
    const seen = await readFile(built.artifact, 'utf8');
    expect(seen).toMatch(/^CFLAGS=-O1$/m);
    expect(seen).toMatch(/^OWN=of alpha$/m);
    expect(seen).toMatch(/^CC=cc$/m);
    expect(seen).not.toMatch(/^(MAKEFLAGS|root|GIT_DIR|LD_PRELOAD_X)=/m);
  });

  it('takes uncommitted work only when asked', async () => {
    await writeFile(join(folder, 'test', 'alpha.c'), 'int main(void) { return 5; }\n');
    expect(await exitCode((await build('alpha')).artifact)).toBe(0);
    expect(await exitCode((await build('alpha', { rev: 'worktree' })).artifact)).toBe(5);
  });

  it('builds from a bare repository, and a plain folder with links and odd names', async () => {
    const bare = join(context.root, 'bare ü.git');
    await sampleGit(context.root, 'clone', '--quiet', '--bare', folder, bare);
    expect((await build('alpha', { spec: bare })).facts.cached).toBe(false);
    expect((await build('alpha')).facts.cached).toBe(true);
    const plain = join(context.root, 'plain "ü"');
    await writeFiles(plain, { ...sampleFiles, 'test/alpha.c': 'int main(void) { return 9; }\n', 'a\nb ü': 'x' });
    await symlink('test/alpha.c', join(plain, 'link'));
    const built = await build('alpha', { spec: plain });
    expect(await exitCode(built.artifact)).toBe(9);
    expect(await readFile(join(built.treeDir, 'link'), 'utf8')).toContain('return 9');
    expect(await readFile(join(built.treeDir, 'a\nb ü'), 'utf8')).toBe('x');
  });

  it('leaves submodules empty and says so', async () => {
    const other = await sampleRepository(join(context.root, 'other'), { x: '' });
    await sampleGit(folder, 'submodule', '--quiet', 'add', other, 'sub');
    await sampleGit(folder, 'commit', '--quiet', '-m', 'with a submodule');
    const built = await build('alpha');
    expect(context.notes).toEqual([expect.stringMatching(/has submodules; their folders are left empty/)]);
    await access(join(built.treeDir, 'sub'));
  });
});

describe('a build that fails', () => {
  it('shows the command and the last lines, and keeps the whole log', async () => {
    const error = await build('gamma').catch((thrown: unknown) => thrown);
    if (!(error instanceof BuildError)) throw error;
    expect(error.exitCode).toBe(3);
    expect(error.message).toMatch(/^v1-1-g[0-9a-f]{8} does not build: `make -s gamma\.t` ended with exit code 2\.\n/);
    expect(error.message).toMatch(/missing.* undeclared/);
    expect(error.message).toMatch(new RegExp(`\\nWhole log: ${error.logPath}$`));
    expect(await readFile(error.logPath, 'utf8')).toMatch(/undeclared/);
    expect(error.logPath.startsWith(join(context.paths.cache, 'logs'))).toBe(true);
  });

  it('does not cost the other tests of the revision their base build', async () => {
    await expect(build('gamma')).rejects.toThrow(BuildError);
    await expect(build('gamma')).rejects.toThrow(BuildError);
    expect(await stepsOf(await build('alpha'))).toEqual(['configured', 'library', 'alpha.t']);
  });

  it('leaves no entry when the base fails, so that the next try begins afresh', async () => {
    const suite = recipe({
      base: [{ argv: ['sh', '-c', 'test -e "$CPATH/go" || { echo sorry; exit 4; }'], cwd: '.', env: {} }],
    });
    const env = { ...context.env, CPATH: join(context.root, 'gate') };
    const want = { suite, context: { ...context, env } };
    await expect(build('alpha', want)).rejects.toThrow(
      /ended with exit code 4\.\n {2}\$ sh .*\n {2}sorry\nWhole log: /,
    );
    await mkdir(join(context.root, 'gate'));
    await writeFile(join(context.root, 'gate', 'go'), '');
    const suiteWithoutMake = recipe({ base: suite.build?.base ?? [], test: [], artifact: 'README' });
    expect((await build('alpha', { ...want, suite: suiteWithoutMake })).facts.cached).toBe(false);
  });

  it('says when the steps make no test', async () => {
    await expect(build('alpha', { suite: recipe({ artifact: 'test/{test}.elsewhere' }) })).rejects.toThrow(
      /`make -s alpha\.t` succeeded but made no test\/alpha\.elsewhere/,
    );
  });

  it('says when a command is not in the tree', async () => {
    const suite = recipe({ base: [{ argv: ['./autogen.sh'], cwd: '.', env: {} }] });
    await expect(build('alpha', { suite })).rejects.toThrow(/`\.\/autogen\.sh` is not in the tree/);
  });

  it('names the missing compiler, and the missing make', async () => {
    const tools = join(context.root, 'tools');
    await mkdir(tools);
    for (const tool of ['git', 'sh']) await symlink((await execa('which', [tool])).stdout, join(tools, tool));
    const bare = { ...context, env: { ...context.env, PATH: tools } };
    const withoutCc = build('alpha', { context: bare });
    await expect(withoutCc).rejects.toThrow(EnvironmentError);
    await expect(withoutCc).rejects.toThrow(/no working C compiler: `cc --version`.*apt-get install gcc/);
    await symlink((await execa('which', ['cc'])).stdout, join(tools, 'cc'));
    // Before a configure script meets it, whose own complaint would be shown instead.
    const suite = recipe({ base: [{ argv: ['sh', '-c', 'make --version'], cwd: '.', env: {} }] });
    const withoutMake = build('alpha', { context: bare, suite });
    await expect(withoutMake).rejects.toThrow(EnvironmentError);
    await expect(withoutMake).rejects.toThrow(/built with `make`, which is not installed.*apt-get install make/);
    await symlink((await execa('which', ['make'])).stdout, join(tools, 'make'));
    await expect(build('alpha', { context: bare })).rejects.toThrow(BuildError);
  });

  it('tells a full disk from a mistake in the sources', async () => {
    const suite = recipe({ base: [{ argv: ['sh', '-c', 'cat /dev/zero > /dev/full'], cwd: '.', env: {} }] });
    await expect(build('alpha', { suite })).rejects.toThrow(/^Cannot write to the cache .*no space is left/);
  });

  it.each(['-f', 'x=y', '../x', '/etc/x', 'a b', 'a\0', '', 'x/../y', '$(id)'])(
    'refuses %j as a name',
    async (name) => {
      await expect(build(name)).rejects.toThrow(UsageError);
    },
  );

  it('refuses a suite that does not build', async () => {
    await expect(build('alpha', { suite: { ...sampleSuite, build: null } })).rejects.toThrow(
      /does not say how to build/,
    );
  });
});

describe('aborting', () => {
  it('kills the whole group, and what it left is not used again', async () => {
    const alive = join(context.root, 'alive');
    const controller = new AbortController();
    const slow = recipe({
      // Quick once the file is there; before, a child that ignores the polite request, below one that waits for it.
      test: [
        {
          argv: [
            'sh',
            '-c',
            `if test -e "${context.root}/quick"; then make -s -C test alpha.t; exit; fi
            sh -c 'trap "" TERM; echo half > test/alpha.t; echo $$ > "${alive}"; while :; do sleep 0.05; done' & wait`,
          ],
          cwd: '.',
          env: {},
        },
      ],
    });
    const reason = new Error('interrupted');
    const building = build('alpha', { suite: slow, context: { ...context, signal: controller.signal } });
    const failed = expect(building).rejects.toBe(reason);
    const pid = Number(await appears(alive));
    controller.abort(reason);
    await failed;
    await expect.poll(() => isRunning(pid)).toBe(false);
    expect(
      await readFile(join(context.paths.cache, 'builds', await onlyKey(), '1', 'tree', 'test', 'alpha.t'), 'utf8'),
    ).toBe('half\n');
    // The same recipe must not find the half-written test; told apart from a build by the generation it lies in.
    await writeFile(join(context.root, 'quick'), '');
    const again = await build('alpha', { suite: slow });
    expect(again.treeDir).toMatch(/\/2\/tree$/);
    expect(again.facts.cached).toBe(false);
    expect(await exitCode(again.artifact)).toBe(0);
    expect(await readdir(join(context.paths.cache, 'builds', again.facts.key))).toEqual(['2']);
  });
});

async function onlyKey(): Promise<string> {
  const keys = await readdir(join(context.paths.cache, 'builds'));
  expect(keys).toHaveLength(1);
  return keys[0] ?? '';
}

async function appears(file: string): Promise<string> {
  await expect.poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 10_000 }).toMatch(/\n/);
  return await readFile(file, 'utf8');
}

/** A process that nobody has waited for yet does not run any more. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}
