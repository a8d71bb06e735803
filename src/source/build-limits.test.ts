import { readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { BuildError } from '../errors.ts';
import type { Suite } from '../model/suite.ts';
import { StepFailure } from './build-step.ts';
import { type BuildRequest, type BuiltTest, buildTest } from './build-test.ts';
import { resolveRevision } from './revision.ts';
import { commitFiles, type SampleContext, sampleContext, sampleRepository, sampleSuite } from './sample-tree.ts';
import { openTree } from './tree.ts';

let context: SampleContext;
let folder: string;

beforeEach(async () => {
  context = await sampleContext(process.env.PATH ?? '');
  folder = await sampleRepository(join(context.root, 'tree'));
  return () => rm(context.root, { recursive: true });
});

function running(script: string): Suite {
  if (sampleSuite.build === null) throw new Error('the sample is built');
  const base = [{ argv: ['sh', '-c', script], cwd: '.', env: {} }];
  return { ...sampleSuite, build: { ...sampleSuite.build, base, test: [], artifact: 'README' } };
}

interface Want extends Partial<Pick<BuildRequest, 'suite' | 'nice' | 'jobs'>> {
  rev?: string;
  buildLimits?: { silenceMs: number; totalMs: number };
}

async function build({ rev = 'HEAD', suite = sampleSuite, buildLimits, ...effort }: Want): Promise<BuiltTest> {
  const ctx = { ...context, ...(buildLimits === undefined ? {} : { buildLimits }) };
  const tree = await openTree(folder, ctx);
  const revision = await resolveRevision(tree, rev, ctx);
  return await buildTest({ tree, revision, suite, test: 'alpha', ...effort }, ctx);
}

async function failure(want: Want): Promise<BuildError> {
  const error = await build(want).catch((thrown: unknown) => thrown);
  if (!(error instanceof BuildError)) throw error;
  return error;
}

describe('a build that hangs', () => {
  it('is ended when it is silent for too long', async () => {
    const limits = { silenceMs: 1000, totalMs: 60_000 };
    const error = await failure({ suite: running('echo begun; sleep 100'), buildLimits: limits });
    expect(error).not.toBeInstanceOf(StepFailure);
    expect(error.message).toMatch(
      /does not build: .* printed nothing for 1 s and was ended\.\n.*\n {2}begun\nWhole log: /,
    );
  });

  it('may take its time as long as it talks, up to a limit', async () => {
    const talking = running('for i in 1 2 3 4 5 6; do echo $i; sleep 0.3; done');
    await build({ suite: talking, buildLimits: { silenceMs: 1500, totalMs: 60_000 } });
    const endless = running('while :; do echo more; sleep 0.1; done');
    const error = await failure({ suite: endless, buildLimits: { silenceMs: 60_000, totalMs: 1500 } });
    expect(error.message).toMatch(/was ended, for it took longer than the 1\.5 s that a build may take\./);
  });

  it('fails at once when it asks for input', async () => {
    const asking = running('read -r answer || { echo "no answer"; exit 3; }');
    expect((await failure({ suite: asking })).message).toMatch(/exit code 3\.[\s\S]*no answer/);
    const terminal = running('exec < /dev/tty; echo "has a terminal"');
    expect((await failure({ suite: terminal })).message).toMatch(/exit code \d+\.[\s\S]*\/dev\/tty/);
  });
});

describe('builds made ahead', () => {
  it('run at a lower priority, with few jobs', async () => {
    const suite = running('nice; cat /proc/self/autogroup 2>/dev/null; sh -c nice; echo jobs {jobs}');
    const log = async ({ treeDir }: BuiltTest) => await readFile(join(treeDir, '..', 'logs', 'base.log'), 'utf8');
    const lowered = await log(await build({ suite, nice: 7, jobs: 1 }));
    expect(lowered).toMatch(/\n7\n(.* nice 7\n)?7\njobs 1\n/);
    const usual = await log(await build({ suite: running('nice; echo jobs {jobs}') }));
    expect(usual).toMatch(new RegExp(`\\n0\\njobs ${availableParallelism()}\\n`));
  });

  it('go on side by side for several revisions, and wait where they are the same', async () => {
    for (const answer of [1, 2]) {
      await commitFiles(folder, `answer ${answer}`, { 'src/include/liburing.h': `#define ANSWER ${answer}\n` });
    }
    const revisions = ['HEAD', 'HEAD~1', 'HEAD~2', 'v1', 'HEAD'];
    const built = await Promise.all(revisions.map((rev) => build({ rev, nice: 5 })));
    // `HEAD~2` and v1 differ in the README only.
    expect(new Set(built.map(({ treeDir }) => treeDir)).size).toBe(3);
    expect(built.filter(({ facts }) => !facts.cached)).toHaveLength(3);
    expect(built[0]?.artifact).toBe(built[4]?.artifact);
  });
});
