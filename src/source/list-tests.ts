import { UsageError } from '../errors.ts';
import type { Suite } from '../model/suite.ts';
import { explainCacheErrors } from './cache-error.ts';
import type { SourceContext } from './context.ts';
import { makeVariable } from './make-variable.ts';
import { wholePathPattern } from './path-pattern.ts';
import type { Revision } from './revision.ts';
import type { Tree } from './tree.ts';
import { listFiles, readFileAt } from './tree-files.ts';

/**
 * Stems of the tests of a revision, sorted; read from git's objects, nothing is checked out or built. Empty when the
 * suite's command is the test.
 * @throws UsageError when the tree has not the file that should name them.
 */
export async function listTests(
  tree: Tree,
  revision: Revision,
  suite: Suite,
  context: SourceContext,
): Promise<string[]> {
  const stems = await explainCacheErrors(context.paths.cache, () => discover(tree, revision, suite, context));
  return [...new Set(stems)].sort();
}

async function discover(tree: Tree, revision: Revision, suite: Suite, context: SourceContext): Promise<string[]> {
  const { discovery } = suite;
  switch (discovery.kind) {
    case 'none':
      return [];
    case 'fixed':
      return discovery.names;
    case 'glob': {
      const matches = wholePathPattern(discovery.pattern);
      const files = await listFiles(tree, revision, context);
      return files.filter(({ path }) => matches(path)).map(({ path }) => testStem(path.replace(/^.*\//, '')));
    }
    case 'make-variable': {
      const makefile = await readFileAt(tree, revision, discovery.file, context);
      if (makefile === null) throw wrongTree(tree, revision, suite, discovery.file);
      return makeVariable(makefile, discovery.variable).map(testStem);
    }
  }
}

/** The test that a source is of, by its name. */
export function testStem(source: string): string {
  return source.replace(/(?<=.)\.[A-Za-z]\w*$/, '');
}

function wrongTree(tree: Tree, revision: Revision, suite: Suite, file: string): UsageError {
  return new UsageError(
    `${tree.name} at ${revision.facts.name} has no ${file}, where the suite ${suite.name} names its tests. Is this the tree of another suite (--suite), or a revision from before it had tests?`,
  );
}
