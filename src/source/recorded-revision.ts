import { EnvironmentError } from '../errors.ts';
import type { RevisionFacts } from '../model/hunt.ts';
import type { SourceContext } from './context.ts';
import { GitError, git } from './git.ts';
import type { Revision } from './revision.ts';
import type { Tree } from './tree.ts';

/**
 * The revision that a hunt recorded, by the id of its source tree: for uncommitted work and plain folders what was there
 * then, as long as the cache keeps it, not what is there now.
 * @throws EnvironmentError when its sources are gone.
 */
export async function recordedRevision(tree: Tree, facts: RevisionFacts, context: SourceContext): Promise<Revision> {
  const { treeId } = facts;
  if (treeId === null || !(await hasTree(tree, treeId, context))) throw gone(tree, facts);
  return { facts, treeId };
}

async function hasTree({ repository }: Tree, treeId: string, context: SourceContext): Promise<boolean> {
  try {
    await git(context, ['cat-file', '-e', `${treeId}^{tree}`], { repository });
    return true;
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

function gone(tree: Tree, { commit, name }: RevisionFacts): EnvironmentError {
  const isCommit = commit !== null && name !== 'worktree';
  const what = isCommit ? `${tree.name} has no commit ${commit} any more` : `${tree.name} has changed since`;
  const wayOut = isCommit
    ? 'Bring it back with `git fetch`, or replay from another clone with --tree'
    : 'To run what is there now, use the longer command that `flakehunt show HUNT:RUN` prints';
  return new EnvironmentError(`${what}, and the cache keeps neither what was built of it nor its sources. ${wayOut}.`);
}
