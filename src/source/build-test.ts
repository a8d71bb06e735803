import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { UsageError } from '../errors.ts';
import type { BuildFacts } from '../model/hunt.ts';
import type { BuildFallback, BuildRecipe, Suite } from '../model/suite.ts';
import { buildEnvironment } from './build-environment.ts';
import { fallbackEnv, firstThatBuilds } from './build-fallback.ts';
import { buildKey } from './build-key.ts';
import { buildRecipe } from './build-recipe.ts';
import { runSteps, StepFailure, type StepPlace } from './build-step.ts';
import { requireTools } from './build-tools.ts';
import { explainCacheErrors } from './cache-error.ts';
import { cacheLayout } from './cache-layout.ts';
import { type Claim, claimant, pause } from './claim.ts';
import { identifyCompiler } from './compiler.ts';
import type { SourceContext } from './context.ts';
import type { Generation } from './generation.ts';
import * as store from './generation.ts';
import { materialise } from './materialise.ts';
import type { Revision } from './revision.ts';
import { builtGeneration } from './stored-build.ts';
import type { Tree } from './tree.ts';
import { listFiles, type TreeFile } from './tree-files.ts';

export interface BuildRequest {
  tree: Tree;
  revision: Revision;
  suite: Suite;
  /** Stem, as `matchTest` gives it. */
  test: string;
  /** Niceness of what is started, 1 to 19: for builds made ahead of need. */
  nice?: number;
  /** Most compile jobs at a time; else one for each CPU. */
  jobs?: number;
}

/** A built test. It stays until this process ends, whatever is pruned. */
export interface BuiltTest {
  /** Top of the built tree. */
  treeDir: string;
  /** The built test, absolute. */
  artifact: string;
  facts: BuildFacts;
}

/**
 * Builds one test of a revision, or finds it in the build store. Several flakehunts may do so at once: one builds, those
 * that want the same wait for it and say so.
 * @throws BuildError when it does not compile; EnvironmentError when a tool is missing or the cache cannot be written;
 *   UsageError when the suite's recipe does not fit the test; the signal's reason when aborted.
 */
export async function buildTest(request: BuildRequest, context: SourceContext): Promise<BuiltTest> {
  return await explainCacheErrors(context.paths.cache, async () => {
    checkName(request.test);
    const started = performance.now();
    const job = await prepare(request, context);
    for (const waiting = { told: false }; ; ) {
      const found = await builtGeneration(job.build, job.test);
      if (found !== null) return result(job, found, true, 0);
      const turn = await takeTurn(job, waiting, context);
      if (turn === null) continue;
      const generation = await work(job, turn, context);
      if (await store.use(generation)) return result(job, generation, false, (performance.now() - started) / 1000);
    }
  });
}

interface Job extends BuildRequest {
  recipe: BuildRecipe;
  files: TreeFile[];
  key: string;
  /** Folder of all generations. */
  build: string;
  compiler: string;
  env: Record<string, string>;
  /** The revision, for messages. */
  what: string;
}

interface Turn {
  generation: Generation;
  claim: Claim;
  /** Nothing is built in it yet. */
  fresh: boolean;
}

/** Make would take some names for options or assignments; the suite's lists hold none of them. */
function checkName(test: string): void {
  if (!/^[\w+][\w.+@-]*(?:\/[\w+][\w.+@-]*)*$/.test(test)) {
    throw new UsageError(`"${test}" cannot be the name of a test: letters, digits and any of _.+@- make one.`);
  }
}

async function prepare(request: BuildRequest, context: SourceContext): Promise<Job> {
  const { tree, revision, suite } = request;
  const recipe = buildRecipe(suite);
  const { env, keyed } = buildEnvironment(context.env);
  const [files, compiler] = await Promise.all([
    listFiles(tree, revision, context),
    identifyCompiler(keyed.CC ?? 'cc', env, context),
  ]);
  const key = buildKey(files, recipe, keyed, compiler);
  const build = join(cacheLayout(context.paths).builds, key);
  const { name, treeId } = revision.facts;
  const what = name === 'folder' ? tree.name : (name ?? treeId ?? 'the tree');
  return { ...request, recipe, files, key, build, compiler, env, what };
}

/** The right to build, or null after waiting a moment or losing it to somebody else. */
async function takeTurn(job: Job, waiting: { told: boolean }, context: SourceContext): Promise<Turn | null> {
  const [last] = await store.generations(job.build);
  const state = last === undefined ? 'dead' : await store.generationState(last);
  if (last !== undefined && state === 'held') {
    if (!waiting.told) context.progress(`waiting for ${await claimant(store.claimOf(last))}, which builds ${job.what}`);
    waiting.told = true;
    await pause(context.signal);
    return null;
  }
  if (last !== undefined && state === 'free' && (await store.readEntry(last)) !== null) {
    const claim = await store.claimGeneration(last);
    return claim === null ? null : { generation: last, claim, fresh: false };
  }
  const begun = await store.begin(job.build, (last?.number ?? 0) + 1, context.paths);
  return begun === null ? null : { generation: begun[0], claim: begun[1], fresh: true };
}

/** Builds what is missing. The claim goes with success; after any other end the generation is worth what it is worth. */
async function work(job: Job, { generation, claim, fresh }: Turn, context: SourceContext): Promise<Generation> {
  const { recipe, env, what } = job;
  try {
    requireTools(fresh ? [...recipe.base, ...recipe.test] : recipe.test, env, what);
    if (fresh) await buildBase(job, generation, context);
    if ((await store.readMark(generation, job.test)) === null) await buildOne(job, generation, context);
    await claim.release();
    if (fresh) await removeOlder(job, generation, context);
    return generation;
  } catch (error) {
    await giveUp(generation, claim, error, context).catch(() => undefined);
    throw error;
  }
}

async function buildBase(job: Job, generation: Generation, context: SourceContext): Promise<void> {
  const started = performance.now();
  const { tree, revision, recipe, suite, files, what, compiler } = job;
  const fallback = await firstThatBuilds([null, ...(recipe.fallbacks ?? [])], async (way) => {
    context.progress(`laying out ${what}`);
    // A try leaves objects that the next one would take for its own.
    if (way !== null) await rm(store.treeOf(generation), { recursive: true });
    await materialise(tree, revision, store.treeOf(generation), context);
    await runSteps(recipe.base, place(job, generation, null, way), context);
  });
  if (files.some(({ mode }) => mode === '160000')) {
    context.note(`${what} has submodules; their folders are left empty, since flakehunt reads only the tree itself.`);
  }
  const seconds = (performance.now() - started) / 1000;
  const { tree: treeName, name } = revision.facts;
  const entry = { suite: suite.name, tree: treeName, revision: name, compiler, seconds };
  await store.writeEntry(generation, fallback === null ? entry : { ...entry, fallback });
}

async function buildOne(job: Job, generation: Generation, context: SourceContext): Promise<void> {
  const started = performance.now();
  const { recipe, test, what } = job;
  const log = store.testLogOf(generation, test);
  const base = (await store.readEntry(generation))?.fallback ?? null;
  const others = (recipe.fallbacks ?? []).filter(({ why }) => why !== base?.why);
  const fallback = await firstThatBuilds([base, ...others], async (way) => {
    await runSteps(recipe.test, place(job, generation, test, way), context);
  });
  const artifact = recipe.artifact.replaceAll('{test}', test);
  if (!(await isFile(join(store.treeOf(generation), artifact)))) {
    const steps = recipe.test.map(({ argv }) => `\`${argv.join(' ').replaceAll('{test}', test)}\``).join(', ');
    throw new StepFailure(
      `${what}: ${steps || 'the base build'} succeeded but made no ${artifact}, which the suite ${job.suite.name} expects. Log: ${log}`,
      log,
      false,
    );
  }
  const mark = { artifact, seconds: (performance.now() - started) / 1000 };
  await store.writeMark(generation, test, fallback === null ? mark : { ...mark, fallback });
}

function place(job: Job, generation: Generation, test: string | null, way: BuildFallback | null): StepPlace {
  const { env, what, key, nice, jobs } = job;
  const log = test === null ? store.baseLogOf(generation) : store.testLogOf(generation, test);
  const again = way === null ? null : { why: way.why, env: fallbackEnv(way, env) };
  return { tree: store.treeOf(generation), log, env, test, what, key, again, nice, jobs };
}

/**
 * A base that failed goes. Over a whole base a failed test step leaves what make leaves in any checkout; a killed one may
 * leave half-written files, and nobody builds there again.
 */
async function giveUp(generation: Generation, claim: Claim, error: unknown, context: SourceContext): Promise<void> {
  const whole = (await store.readEntry(generation)) !== null;
  if (whole && error instanceof StepFailure) return await claim.release();
  await claim.abandon();
  if (!whole) await store.remove(generation, context.paths);
}

/** Generations that a killed process left unfinished. */
async function removeOlder(job: Job, newest: Generation, context: SourceContext): Promise<void> {
  for (const generation of await store.generations(job.build)) {
    if (generation.number >= newest.number || (await store.generationState(generation)) !== 'dead') continue;
    await store.remove(generation, context.paths);
  }
}

async function result(job: Job, generation: Generation, cached: boolean, seconds: number): Promise<BuiltTest> {
  const { key, compiler, recipe, test } = job;
  const treeDir = store.treeOf(generation);
  const log = store.testLogOf(generation, test);
  const [mark, entry] = [await store.readMark(generation, test), await store.readEntry(generation)];
  const fallback = mark?.fallback ?? entry?.fallback;
  return {
    treeDir,
    artifact: join(treeDir, recipe.artifact.replaceAll('{test}', test)),
    facts: { key, cached, seconds, compiler, log, ...(fallback === undefined ? {} : { fallback: fallback.why }) },
  };
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
