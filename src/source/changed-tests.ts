import type { Suite } from '../model/suite.ts';
import { explainCacheErrors } from './cache-error.ts';
import type { SourceContext } from './context.ts';
import { GitError, git } from './git.ts';
import { testStem } from './list-tests.ts';
import { pathPattern } from './path-pattern.ts';
import type { Revision } from './revision.ts';
import type { Tree } from './tree.ts';

/** What a change of the sources means for the tests of a revision. */
export interface ChangedTests {
  /** Tests whose own sources changed, by name. */
  tests: Set<string>;
  /** Files that changed and belong to no test: all tests may be built of them. */
  shared: string[];
}

/**
 * Which tests changed between an earlier commit and a revision: a file is a test's by its name (`msg-ring.c`,
 * `msg-ring-helper.h`), what cannot alter a build does not count.
 * @param since commit of the same tree; null is given back where the tree does not know it
 */
export async function changedTests(
  { tree, revision, suite, stems }: { tree: Tree; revision: Revision; suite: Suite; stems: readonly string[] },
  since: string,
  context: SourceContext,
): Promise<ChangedTests | null> {
  const answer = await explainCacheErrors(context.paths.cache, () => changedFiles(tree, since, revision, context));
  if (answer === null) return null;
  const irrelevant = (suite.build?.irrelevant ?? []).map(pathPattern);
  const lists = suite.discovery.kind === 'make-variable' ? suite.discovery.file : null;
  const changed: ChangedTests = { tests: new Set(), shared: [] };
  for (const path of answer) {
    if (irrelevant.some((matches) => matches(path))) continue;
    const own = ownTest(path, stems);
    if (own !== null) changed.tests.add(own);
    // A new test changes the list, and with it no other test; a rule that changed there is not seen.
    else if (path !== lists) changed.shared.push(path);
  }
  return changed;
}

async function changedFiles(
  { repository }: Tree,
  since: string,
  { treeId }: Revision,
  context: SourceContext,
): Promise<string[] | null> {
  try {
    const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', `${since}^{tree}`, treeId];
    const answer = await git(context, args, { repository });
    return answer.split('\0').filter((path) => path !== '');
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}

/** The longest name wins: `poll-many.c` is of poll-many, not of poll. */
function ownTest(path: string, stems: readonly string[]): string | null {
  const name = testStem(path.slice(path.lastIndexOf('/') + 1));
  const own = stems.filter(
    (stem) => name === stem || (name.startsWith(stem) && /[._-]/.test(name.charAt(stem.length))),
  );
  return own.sort((a, b) => b.length - a.length)[0] ?? null;
}
