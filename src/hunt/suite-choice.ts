import { UsageError } from '../errors.ts';
import type { Suite } from '../model/suite.ts';
import type { SourceContext } from '../source/context.ts';
import type { Revision } from '../source/revision.ts';
import type { Tree } from '../source/tree.ts';
import { readFileAt } from '../source/tree-files.ts';
import { findSuite } from '../suites/index.ts';

/** What liburing's tree has in every release, and hardly another. */
const liburingMark = 'src/include/liburing.h';

/**
 * The suite that builds and judges a tree: the one that was named, else the one the tree is known to be of, else the only
 * one of the configuration file.
 * @throws UsageError when there is no telling, or no suite of that name.
 */
export async function chooseSuite(
  named: string | null,
  own: readonly Suite[],
  tree: Tree,
  revision: Revision,
  source: SourceContext,
): Promise<Suite> {
  if (named !== null) return findSuite(named, own);
  if (tree.kind === 'lab') return findSuite('lab', own);
  if ((await readFileAt(tree, revision, liburingMark, source)) !== null) return findSuite('liburing', own);
  const [only, ...others] = own;
  if (only !== undefined && others.length === 0) return only;
  throw new UsageError(
    `${tree.name} is not liburing's tree, so flakehunt does not know how to build it. Name its suite with --suite, or describe one in flakehunt.config.yaml (\`flakehunt init\` writes a commented one); a finished program is hunted with \`flakehunt run -- PROGRAM\`.`,
  );
}
