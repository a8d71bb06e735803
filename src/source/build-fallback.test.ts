import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { BuildError } from '../errors.ts';
import type { BuildRecipe, Suite } from '../model/suite.ts';
import { type BuiltTest, buildTest } from './build-test.ts';
import { resolveRevision } from './revision.ts';
import { type SampleContext, sampleContext, sampleFiles, sampleRepository, sampleSuite } from './sample-tree.ts';
import { storedBuild } from './stored-build.ts';
import { openTree } from './tree.ts';

let context: SampleContext;
let folder: string;

beforeEach(async () => {
  context = await sampleContext(process.env.PATH ?? '');
  folder = await sampleRepository(join(context.root, 'tree'), {
    ...sampleFiles,
    // Each object is kept, as make keeps it, and counted.
    'src/Makefile': 'all: x.o\nx.o: x.c\n\t$(CC) $(CFLAGS) -c -o $@ $<\n\techo "$(CC)" >> ../steps\n',
    'src/x.c': '#ifdef STRICT\n#error too old\n#endif\n',
    'test/beta.c': '#ifndef LENIENT\n#error too old as well\n#endif\nint main(void) { return LENIENT; }\n',
  });
  return () => rm(context.root, { recursive: true });
});

const suite = (change: Partial<BuildRecipe>): Suite => {
  if (sampleSuite.build === null) throw new Error('the sample is built');
  return { ...sampleSuite, build: { ...sampleSuite.build, ...change } };
};
const fallbacks = [
  { why: 'nothing in particular', env: { CC: '{CC} -DOTHER' } },
  { why: 'old sources', env: { CC: '{CC} {CPP} -USTRICT -DLENIENT=4' } },
];
const strict = { CC: 'cc -DSTRICT' };

async function build(test: string, of: Suite, env: Record<string, string> = {}): Promise<BuiltTest> {
  const ctx = { ...context, env: { ...context.env, ...env } };
  const tree = await openTree(folder, ctx);
  return await buildTest({ tree, revision: await resolveRevision(tree, null, ctx), suite: of, test }, ctx);
}

const exitCode = async (program: string) => (await execa(program, [], { reject: false })).exitCode;

describe('fallbacks of a recipe', () => {
  it('leave a build alone that needs none, and its key', async () => {
    const plain = await build('alpha', sampleSuite);
    const again = await build('alpha', suite({ fallbacks }));
    expect(again.facts).toEqual({ ...plain.facts, cached: true, seconds: 0 });
    expect(again.facts).not.toHaveProperty('fallback');
  });

  it('are tried in order, each on a fresh tree, and remembered', async () => {
    const built = await build('alpha', suite({ fallbacks }), strict);
    expect(built.facts.fallback).toBe('old sources');
    expect(await readFile(join(built.treeDir, 'steps'), 'utf8')).toBe(
      'configured\ncc -DSTRICT  -USTRICT -DLENIENT=4\nalpha.t\n',
    );
    const again = await build('alpha', suite({ fallbacks }), strict);
    expect(again.facts).toEqual({ ...built.facts, cached: true, seconds: 0 });
    expect((await storedBuild(built.facts, 'alpha', context))?.facts.fallback).toBe('old sources');
    // The base's flags are the first that its tests are tried with.
    expect(await exitCode((await build('beta', suite({ fallbacks }), strict)).artifact)).toBe(4);
  });

  it('may be needed by one test of a revision only', async () => {
    const built = await build('beta', suite({ fallbacks }));
    expect(built.facts.fallback).toBe('old sources');
    expect(await exitCode(built.artifact)).toBe(4);
    const log = await readFile(built.facts.log ?? '', 'utf8');
    expect(log).toMatch(
      /too old as well[\s\S]*\n# with flags for nothing in particular\n[\s\S]*\n# with flags for old sources\n/,
    );
    expect((await build('alpha', suite({ fallbacks }))).facts).not.toHaveProperty('fallback');
  });

  it('tell of the first failure where none helps', async () => {
    const error = await build('gamma', suite({ fallbacks })).catch((thrown: unknown) => thrown);
    if (!(error instanceof BuildError)) throw error;
    expect(error.message).toMatch(/missing.* undeclared/);
    expect((await readFile(error.logPath, 'utf8')).match(/undeclared/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it('are not tried where no compiler complained', async () => {
    const base = [{ argv: ['sh', '-c', 'echo "$CC" >&2; exit 4'], cwd: '.', env: {} }];
    const error = await build('alpha', suite({ fallbacks, base })).catch((thrown: unknown) => thrown);
    if (!(error instanceof BuildError)) throw error;
    expect(await readFile(error.logPath, 'utf8')).not.toContain('OTHER');
  });
});
