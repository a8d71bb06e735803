import { join } from 'node:path';
import type { Suite } from '../model/suite.ts';
import { buildEnvironment } from './build-environment.ts';
import { buildKey } from './build-key.ts';
import { buildRecipe } from './build-recipe.ts';
import { cacheLayout } from './cache-layout.ts';
import { identifyCompiler } from './compiler.ts';
import type { SourceContext } from './context.ts';
import * as store from './generation.ts';
import type { Revision } from './revision.ts';
import { builtGeneration } from './stored-build.ts';
import type { Tree } from './tree.ts';
import { listFiles } from './tree-files.ts';

/**
 * Which revisions have a test in the build store: the seconds that building it took, or null. Nothing is built.
 * @throws UsageError when the suite has no recipe; EnvironmentError when there is no compiler
 */
export async function builtAlready(
  { tree, revisions, suite, test }: { tree: Tree; revisions: readonly Revision[]; suite: Suite; test: string },
  context: SourceContext,
): Promise<(number | null)[]> {
  const recipe = buildRecipe(suite);
  const { env, keyed } = buildEnvironment(context.env);
  const compiler = await identifyCompiler(keyed.CC ?? 'cc', env, context);
  const found: (number | null)[] = [];
  for (const revision of revisions) {
    const key = buildKey(await listFiles(tree, revision, context), recipe, keyed, compiler);
    const generation = await builtGeneration(join(cacheLayout(context.paths).builds, key), test);
    const entry = generation === null ? null : await store.readEntry(generation);
    const mark = generation === null ? null : await store.readMark(generation, test);
    found.push(generation === null ? null : (entry?.seconds ?? 0) + (mark?.seconds ?? 0));
  }
  return found;
}
