import type { SourceContext } from './context.ts';
import { GitError, git } from './git.ts';
import type { Tree } from './tree.ts';

export interface Tip {
  /** Full id. */
  commit: string;
  /** Of the branch: `origin/master`; `HEAD` where that is all that is known. */
  name: string;
}

/** Tip of the tree's default branch; null for a folder, and where nothing is committed. */
export async function defaultTip(tree: Tree, context: SourceContext): Promise<Tip | null> {
  if (tree.kind === 'folder') return null;
  for (const ref of defaultBranches[tree.kind]) {
    const commit = await ask(tree, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], context);
    if (commit === null) continue;
    const name = await ask(tree, ['rev-parse', '--abbrev-ref', ref], context);
    return { commit, name: name || 'HEAD' };
  }
  return null;
}

/** HEAD of a checkout is whatever the user works on; that of a repository without files is its default branch. */
const defaultBranches: Record<Exclude<Tree['kind'], 'folder'>, string[]> = {
  checkout: ['refs/remotes/origin/HEAD', 'refs/heads/main', 'refs/heads/master', 'HEAD'],
  bare: ['HEAD'],
  mirror: ['HEAD'],
  lab: ['HEAD'],
};

export interface StepsBack {
  /** Full id. */
  commit: string;
  /** Fewer than asked for where history ends there. */
  steps: number;
}

/** The ancestor that many first parents back, or the oldest one there is; null when the commit has no parent. */
export async function firstParentBack(
  tree: Tree,
  commit: string,
  steps: number,
  context: SourceContext,
): Promise<StepsBack | null> {
  const answer = await git(context, ['rev-list', '--first-parent', `--max-count=${steps + 1}`, commit], {
    repository: tree.repository,
  });
  const line = answer.split('\n');
  const [oldest] = line.slice(1).slice(-1);
  return oldest === undefined ? null : { commit: oldest, steps: line.length - 1 };
}

async function ask({ repository }: Tree, args: readonly string[], context: SourceContext): Promise<string | null> {
  try {
    return await git(context, args, { repository });
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}
