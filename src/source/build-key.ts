import type { BuildRecipe } from '../model/suite.ts';
import { digest } from './cache-layout.ts';
import { pathPattern } from './path-pattern.ts';
import type { TreeFile } from './tree-files.ts';

/** Bump when the layout of an entry changes. */
const storeVersion = 1;

/**
 * Name of a build in the store, 20 hex digits: equal for equal relevant files, recipe, environment and compiler. Which test
 * is built is not part of it; the tests of one revision share its base build. Nor are the fallbacks: what builds plainly
 * is the same with and without them.
 */
export function buildKey(
  files: readonly TreeFile[],
  recipe: BuildRecipe,
  keyed: Record<string, string>,
  compiler: string,
): string {
  const { irrelevant, fallbacks: _, ...steps } = recipe;
  const ignored = irrelevant.map(pathPattern);
  const inputs = files.filter(({ path }) => !ignored.some((matches) => matches(path)));
  const environment = Object.entries(keyed).sort(([a], [b]) => (a < b ? -1 : 1));
  return digest(JSON.stringify([storeVersion, inputs, steps, environment, compiler]), 20);
}
