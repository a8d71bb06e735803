import { UsageError } from '../errors.ts';
import type { SourceContext } from './context.ts';
import { GitError, git } from './git.ts';
import type { Tree } from './tree.ts';

/**
 * same: both ends are one commit. swapped: the new end is an ancestor of the old one. diverged: they are on two branches.
 * unrelated: no commit is an ancestor of both. shallow: the clone has not all that lies between. untouched: no commit
 * between them touches the paths.
 */
export type NoRangeReason = 'same' | 'swapped' | 'diverged' | 'unrelated' | 'shallow' | 'untouched';

export interface Ends {
  tree: Tree;
  /** Full ids. */
  oldCommit: string;
  newCommit: string;
}

/** Two commits between which nothing can be searched. Its text speaks of the old and the new end. */
export class NoRange extends UsageError {
  readonly reason: NoRangeReason;
  /** Full id of the commit at which diverged ends part; null for all others. */
  readonly mergeBase: string | null;

  constructor(reason: NoRangeReason, ends: Ends, mergeBase: string | null, paths: readonly string[] = []) {
    super(wording(reason, ends, mergeBase, paths));
    this.reason = reason;
    this.mergeBase = mergeBase;
  }
}

/** Null when the old end is an ancestor of the new one. */
export async function whyNoRange(ends: Ends, context: SourceContext): Promise<NoRange | null> {
  const { tree, oldCommit, newCommit } = ends;
  if (oldCommit === newCommit) return new NoRange('same', ends, null);
  const base = await mergeBase(ends, context);
  if (base === oldCommit) return null;
  if (base === newCommit) return new NoRange('swapped', ends, null);
  if (tree.shallow && (await isCut(ends, context))) return new NoRange('shallow', ends, null);
  return base === null ? new NoRange('unrelated', ends, null) : new NoRange('diverged', ends, base);
}

async function mergeBase({ tree, oldCommit, newCommit }: Ends, context: SourceContext): Promise<string | null> {
  try {
    return await git(context, ['merge-base', oldCommit, newCommit], { repository: tree.repository });
  } catch (error) {
    // It says nothing when there is none.
    if (error instanceof GitError && error.stderr.trim() === '') return null;
    throw error;
  }
}

/** Whether the history of one end that is not the other's ends in this clone; a true root looks alike. */
async function isCut({ tree, oldCommit, newCommit }: Ends, context: SourceContext): Promise<boolean> {
  const roots = await git(context, ['rev-list', '--max-parents=0', '-1', `${oldCommit}...${newCommit}`], {
    repository: tree.repository,
  });
  return roots !== '';
}

function wording(
  reason: NoRangeReason,
  { tree, oldCommit, newCommit }: Ends,
  base: string | null,
  paths: readonly string[],
): string {
  const [before, after, fork] = [oldCommit, newCommit, base ?? ''].map((commit) => commit.slice(0, 8));
  switch (reason) {
    case 'same':
      return `Both ends are the same commit, ${before}, so nothing lies between them; name another one for one of the ends.`;
    case 'swapped':
      return `The ends are swapped: ${before}, given as the old end, comes after ${after}, given as the new one; give them the other way round.`;
    case 'diverged':
      return `${before} and ${after} are on two branches, which part at ${fork}, so neither end leads to the other; take ${fork} as the old end, if the test does there what it does at ${before}.`;
    case 'unrelated':
      return `${before} and ${after} have no commit in common, so no commit between them can be the change; take both ends from one history.`;
    case 'shallow':
      return `The clone ${tree.name} is shallow and its history is cut between ${before} and ${after}; \`git -C ${tree.name} fetch --unshallow\` brings the rest.`;
    case 'untouched':
      return `No commit between ${before} and ${after} touches ${paths.join(' or ')}; leave the path out, or name another one (relative to the top of the tree).`;
  }
}
