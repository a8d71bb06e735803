import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SampleContext, sampleContext, sampleRepository, sampleSuite } from './sample-tree.ts';

/** Real processes, as two flakehunts are: this room is compiled once, and each builder is a node of its own. */
const source = dirname(fileURLToPath(import.meta.url));
const project = dirname(dirname(source));
let compiled: SampleContext;

beforeAll(async () => {
  compiled = await sampleContext(process.env.PATH ?? '');
  await symlink(join(project, 'node_modules'), join(compiled.root, 'node_modules'));
  await writeFile(join(compiled.root, 'package.json'), '{ "type": "module" }');
  await writeFile(
    join(compiled.root, 'tsconfig.json'),
    JSON.stringify({
      extends: join(project, 'tsconfig.build.json'),
      compilerOptions: {
        rootDir: dirname(source),
        outDir: join(compiled.root, 'dist'),
        declaration: false,
        typeRoots: [join(project, 'node_modules', '@types')],
      },
      include: [],
      files: [join(source, 'build-test.ts')],
    }),
  );
  await execa(join(project, 'node_modules', '.bin', 'tsc'), ['-p', compiled.root]);
}, 60_000);

afterAll(() => rm(compiled.root, { recursive: true }));

const program = `
  const [dist, path, spec, suite, test, paths, env] = process.argv.slice(1);
  const load = (name) => import(\`file://\${dist}/source/\${name}.js\`);
  const [{ openTree }, { resolveRevision }, { buildTest }] = await Promise.all(['tree', 'revision', 'build-test'].map(load));
  const say = (text) => process.stdout.write(text + '\\n');
  const context = { paths: JSON.parse(paths), env: JSON.parse(env), signal: new AbortController().signal, progress: say, note: say };
  const tree = await openTree(spec, context);
  const revision = await resolveRevision(tree, null, context);
  const built = await buildTest({ tree, revision, suite: JSON.parse(suite), test }, context);
  say('BUILT ' + JSON.stringify(built));
  if (path === 'stay') await new Promise(() => setInterval(() => {}, 1000));
`;

let context: SampleContext;
let folder: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  context = await sampleContext(process.env.PATH ?? '');
  folder = await sampleRepository(join(context.root, 'tree'));
  return async () => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
    await rm(context.root, { recursive: true, maxRetries: 10 });
  };
});

/** The sample's suite, whose base waits for a file `go` and whose test steps for a file `go-<test>`. */
function gatedSuite() {
  const gate = (name: string) => ({
    argv: [
      'sh',
      '-c',
      `touch "$CPATH/at-${name}"; until test -e "$CPATH/go-${name}" || ! test -d "$CPATH"; do sleep 0.02; done`,
    ],
    cwd: '.',
    env: {},
  });
  const { build } = sampleSuite;
  return {
    ...sampleSuite,
    build: { ...build, base: [gate('base'), ...(build?.base ?? [])], test: [gate('{test}'), ...(build?.test ?? [])] },
  };
}

interface Builder {
  child: ChildProcess;
  output(): string;
  built(): Promise<{ treeDir: string; artifact: string; facts: { key: string; cached: boolean } }>;
}

function builder(test: string, { stay = false, version = 1 } = {}): Builder {
  const suite = gatedSuite();
  const argv = [
    join(compiled.root, 'dist'),
    stay ? 'stay' : 'leave',
    folder,
    JSON.stringify({ ...suite, build: { ...suite.build, version } }),
    test,
    JSON.stringify(context.paths),
    JSON.stringify({ ...context.env, CPATH: context.paths.cwd }),
  ];
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let output = '';
  const listen = (chunk: Buffer) => {
    output += chunk;
  };
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', listen);
  return {
    child,
    output: () => output,
    async built() {
      await expect.poll(() => output, { timeout: 15_000 }).toMatch(/^BUILT .*\n/m);
      return JSON.parse(/^BUILT (.*)$/m.exec(output)?.[1] ?? '');
    },
  };
}

const open = (name: string) => writeFile(join(context.paths.cwd, `go-${name}`), '');
const reached = (name: string) =>
  expect.poll(() => readdir(context.paths.cwd), { timeout: 15_000 }).toContain(`at-${name}`);
const says = (who: Builder, text: RegExp) => expect.poll(() => who.output(), { timeout: 15_000 }).toMatch(text);

async function kill({ child }: Builder): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

describe('two flakehunts', () => {
  it('build the same thing once: one builds, the other waits and says so', async () => {
    const first = builder('alpha');
    await reached('base');
    const second = builder('alpha');
    await says(second, new RegExp(`^waiting for process ${first.child.pid}, which builds v1-`, 'm'));
    await open('base');
    await open('alpha');
    const [a, b] = [await first.built(), await second.built()];
    expect([a.facts.cached, b.facts.cached]).toEqual([false, true]);
    expect(b.artifact).toBe(a.artifact);
    expect(await readFile(join(a.treeDir, 'steps'), 'utf8')).toBe('configured\nlibrary\nalpha.t\n');
  });

  it('do not wait for each other when they build different things', async () => {
    const first = builder('alpha');
    await reached('base');
    await mkdir(join(context.root, 'other'));
    context.paths.cwd = join(context.root, 'other');
    await open('base');
    await open('beta');
    const second = builder('beta', { version: 2 });
    expect((await second.built()).facts.cached).toBe(false);
    expect(second.output()).not.toMatch(/waiting/);
    expect(first.output()).not.toMatch(/BUILT/);
  });

  it('build two tests of one revision over one base', async () => {
    await open('base');
    await open('alpha');
    await open('beta');
    const [a, b] = await Promise.all([builder('alpha').built(), builder('beta').built()]);
    expect(b.treeDir).toBe(a.treeDir);
    const steps = (await readFile(join(a.treeDir, 'steps'), 'utf8')).trim().split('\n').sort();
    expect(steps).toEqual(['alpha.t', 'beta.t', 'configured', 'library']);
  });
});

describe('SIGKILL', () => {
  it('in the base build leaves nothing that is taken for a build', async () => {
    const first = builder('alpha');
    await reached('base');
    await kill(first);
    await open('base');
    await open('alpha');
    const built = await builder('alpha').built();
    expect(built.facts.cached).toBe(false);
    expect((await execa(built.artifact, [], { reject: false })).exitCode).toBe(0);
    expect(await readdir(join(context.paths.cache, 'builds', built.facts.key))).toEqual(['2']);
  });

  it('frees a waiting flakehunt at once', async () => {
    const first = builder('alpha');
    await reached('base');
    const second = builder('alpha');
    await says(second, /^waiting for process/m);
    await open('alpha');
    await kill(first);
    await open('base');
    expect((await second.built()).facts.cached).toBe(false);
  });

  it('in a test build takes nothing from those who run other tests of that build', async () => {
    await open('base');
    await open('alpha');
    const runner = builder('alpha', { stay: true });
    const running = await runner.built();
    const second = builder('beta');
    await reached('beta');
    await kill(second);
    await open('beta');
    // The tree beta was killed in may be half-written: beta is built anew, and alpha stays where it runs.
    const third = await builder('beta').built();
    expect(third.treeDir).not.toBe(running.treeDir);
    expect((await execa(third.artifact, [], { reject: false })).exitCode).toBe(1);
    expect((await execa(running.artifact, [], { reject: false })).exitCode).toBe(0);
    const again = await builder('alpha').built();
    expect(again.facts.cached).toBe(true);
  });

  it('leaves nothing behind once the last user of a half-built tree is gone', async () => {
    await open('base');
    await open('alpha');
    await builder('alpha').built();
    const second = builder('beta');
    await reached('beta');
    await kill(second);
    await open('beta');
    const { facts } = await builder('beta').built();
    await expect.poll(() => readdir(join(context.paths.cache, 'builds', facts.key))).toEqual(['2']);
  });
});
