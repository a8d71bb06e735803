import { join } from 'node:path';
import type { BuildFacts } from '../model/hunt.ts';
import type { BuiltTest } from './build-test.ts';
import { cacheLayout } from './cache-layout.ts';
import type { SourceContext } from './context.ts';
import type { Generation } from './generation.ts';
import * as store from './generation.ts';

/** A generation of a build that has the test, marked as used by this process; `build` is the folder of all of them. */
export async function builtGeneration(build: string, test: string): Promise<Generation | null> {
  for (const generation of await store.generations(build)) {
    // Looked at once more after the mark of use, since only that keeps it from being pruned.
    if ((await store.readMark(generation, test)) === null || !(await store.use(generation))) continue;
    if ((await store.readMark(generation, test)) !== null) return generation;
  }
  return null;
}

/**
 * A test as it was built before: the very same program, also where its sources or its compiler have changed since. Null:
 * the build store does not have it any more.
 */
export async function storedBuild(
  facts: BuildFacts,
  test: string,
  { paths }: Pick<SourceContext, 'paths'>,
): Promise<BuiltTest | null> {
  const generation = await builtGeneration(join(cacheLayout(paths).builds, facts.key), test);
  const mark = generation === null ? null : await store.readMark(generation, test);
  if (generation === null || mark === null) return null;
  const treeDir = store.treeOf(generation);
  const log = store.testLogOf(generation, test);
  return { treeDir, artifact: join(treeDir, mark.artifact), facts: { ...facts, cached: true, seconds: 0, log } };
}
