import type { Suite } from '../model/suite.ts';
import { buildEnvironment } from './build-environment.ts';
import { buildKey } from './build-key.ts';
import { buildRecipe } from './build-recipe.ts';
import { explainCacheErrors } from './cache-error.ts';
import { identifyCompiler } from './compiler.ts';
import type { SourceContext } from './context.ts';
import { type CommitRange, rangeRevision } from './history-range.ts';
import { testStem } from './list-tests.ts';
import { pathPattern } from './path-pattern.ts';
import { type FileChange, readChanges } from './range-changes.ts';
import { readBlobs } from './read-blobs.ts';
import { type TestSources, testSources } from './test-sources.ts';
import type { Tree } from './tree.ts';
import { listFiles, type TreeFile } from './tree-files.ts';

export interface TestInputsRequest {
  tree: Tree;
  range: CommitRange;
  suite: Suite;
  /** Stem, as `matchTest` gives it. */
  test: string;
}

/** What one commit of a range means for one test, as far as it can be told without building anything. */
export interface TestInputs {
  /** Equal for commits at which the test is built of the same: 20 hex digits. */
  key: string;
  /** The suite names the test at this commit. */
  exists: boolean;
  /** Files changed against the first parent, relative to the tree's top. */
  touched: string[];
  /** The test's own source, or a file named after it, is among them. */
  hot: boolean;
}

/**
 * The inputs of a test at every commit of a range, in its order. The key is the build's (build-key.ts) without what only
 * other tests are built of: their sources, and that a makefile lists them.
 * @throws UsageError when the suite has no recipe; EnvironmentError when there is no compiler.
 */
export async function readTestInputs(request: TestInputsRequest, context: SourceContext): Promise<TestInputs[]> {
  return await explainCacheErrors(context.paths.cache, async () => {
    const { tree, range, suite, test } = request;
    const recipe = buildRecipe(suite);
    const [oldEnd] = range.commits;
    if (oldEnd === undefined) return [];
    const { env, keyed } = buildEnvironment(context.env);
    const [start, changes, compiler] = await Promise.all([
      listFiles(tree, rangeRevision(tree, oldEnd), context),
      readChanges(tree, range, context),
      identifyCompiler(keyed.CC ?? 'cc', env, context),
    ]);
    const relevant = relevance(recipe.irrelevant);
    const steps = changes.between.map((between, place) => (place === 0 ? start : between).filter(relevant));
    const texts = await readTexts(request, steps.flat(), context);
    const sources = testSources(suite.discovery, test, texts);
    const files = new Map<string, TreeFile>();
    let found = sources(files);
    let key = '';
    return steps.map((step, place) => {
      apply(step, files);
      if (place === 0 || step.length > 0) {
        found = sources(files);
        key = buildKey(inputsOf(files, found), recipe, keyed, compiler);
      }
      const own = changes.own[place] ?? [];
      const { exists, others } = found;
      const hot = own.some((file) => relevant(file) && !others.has(file.path) && namedAfter(file.path, test));
      return { key, exists, touched: own.map(({ path }) => path), hot };
    });
  });
}

/** Whether a change of a file can alter what is built; each path is looked at once. */
function relevance(irrelevant: readonly string[]): (file: { path: string }) => boolean {
  const ignored = irrelevant.map(pathPattern);
  const known = new Map<string, boolean>();
  return ({ path }) => {
    const answer = known.get(path) ?? !ignored.some((matches) => matches(path));
    known.set(path, answer);
    return answer;
  };
}

/** Of every version of the makefile that lists the tests, and of the test's own sources. */
async function readTexts(
  { tree, suite, test }: TestInputsRequest,
  files: readonly (TreeFile | FileChange)[],
  context: SourceContext,
): Promise<Map<string, string>> {
  const { discovery } = suite;
  const wanted = files.filter(
    ({ mode, path }) =>
      mode !== '160000' &&
      ((discovery.kind === 'make-variable' && path === discovery.file) || testStem(fileName(path)) === test),
  );
  return await readBlobs(
    tree,
    wanted.flatMap(({ id }) => id ?? []),
    context,
  );
}

function apply(changes: readonly (TreeFile | FileChange)[], files: Map<string, TreeFile>): void {
  for (const { mode, id, path } of changes) {
    if (id === null) files.delete(path);
    else files.set(path, { mode, id, path });
  }
}

function inputsOf(files: ReadonlyMap<string, TreeFile>, { others, list }: TestSources): TreeFile[] {
  return [...files.values()]
    .filter(({ path }) => !others.has(path))
    .map((file) => (file.path === list?.path ? { ...file, id: list.id } : file))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** `msg-ring.c`, `msg-ring-helper.h`, `msg-ring.expected` of msg-ring. */
function namedAfter(path: string, test: string): boolean {
  const name = fileName(path);
  return name === test || (name.startsWith(test) && /[._-]/.test(name.charAt(test.length)));
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
