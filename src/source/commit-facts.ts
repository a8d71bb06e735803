import { UsageError } from '../errors.ts';
import type { BisectCommit } from '../model/bisect.ts';
import type { SourceContext } from './context.ts';
import { git } from './git.ts';
import type { Tree } from './tree.ts';

/** One commit as a person would tell of it. @param commit full id */
export async function commitFacts(tree: Tree, commit: string, context: SourceContext): Promise<BisectCommit> {
  const format = ['--no-show-signature', '--encoding=UTF-8', '--abbrev=8', '--format=%h%n%an%n%aI%n%s'];
  const answer = await git(context, ['log', '-1', ...format, commit, '--'], { repository: tree.repository });
  const [name = '', author = '', authorDate = '', subject = ''] = answer.split('\n');
  return { commit, name, subject, author, authorDate };
}

/** Full id of a commit's first parent. @throws UsageError when it has none */
export async function parentOf(tree: Tree, commit: string, context: SourceContext): Promise<string> {
  const [parent] = await parentsOf(tree, commit, context);
  if (parent !== undefined) return parent;
  throw new UsageError(
    `${commit.slice(0, 12)} has no parent${tree.shallow ? ' in this shallow clone (`git fetch --unshallow` brings the rest)' : ''}, so there is nothing before it; name both sides with --before and --after.`,
  );
}

/** Full ids of a commit's parents in the clone, the first one first. */
export async function parentsOf(tree: Tree, commit: string, context: SourceContext): Promise<string[]> {
  const answer = await git(context, ['rev-list', '--parents', '-1', commit, '--'], { repository: tree.repository });
  return answer.split(' ').slice(1);
}
