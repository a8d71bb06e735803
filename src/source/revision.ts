import { UsageError } from '../errors.ts';
import type { RevisionFacts } from '../model/hunt.ts';
import { explainCacheErrors } from './cache-error.ts';
import type { SourceContext } from './context.ts';
import { GitError, git, type Repository } from './git.ts';
import { snapshot } from './snapshot.ts';
import type { Tree } from './tree.ts';
import { explainUnknownRevision } from './unknown-revision.ts';

/** One commit of a tree, or its uncommitted work: what is needed to read and build it. */
export interface Revision {
  facts: RevisionFacts;
  /** Id of the git tree; `tree.repository` has its objects. */
  treeId: string;
}

/**
 * Finds the revision that `--rev` names: anything git understands as one commit, or `worktree` for uncommitted work.
 * Without one: HEAD of a checkout, the default branch of a mirror, the content of a folder.
 * @throws UsageError when there is no such revision (with near branches and tags).
 */
export async function resolveRevision(tree: Tree, rev: string | null, context: SourceContext): Promise<Revision> {
  return await explainCacheErrors(context.paths.cache, async () => {
    if (tree.kind === 'folder') return await folderRevision(tree, rev, context);
    if (rev === 'worktree') return await uncommitted(tree, context);
    const commit = await findCommit(tree, rev ?? 'HEAD', context);
    if (rev === null) await noteUncommitted(tree, context);
    return await describe(tree, commit, context);
  });
}

async function folderRevision(tree: Tree, rev: string | null, context: SourceContext): Promise<Revision> {
  if (rev !== null && rev !== 'worktree') {
    throw new UsageError(
      `${tree.name} is a plain folder without history, so there is no revision "${rev}"; leave --rev out, or give --tree a git repository.`,
    );
  }
  const treeId = await snapshot(tree.repository, context);
  const facts = { tree: tree.name, commit: null, name: 'folder', subject: null, date: null, treeId };
  return { facts, treeId };
}

async function uncommitted(tree: Tree, context: SourceContext): Promise<Revision> {
  if (tree.kind !== 'checkout') {
    throw new UsageError(
      `--rev worktree means the uncommitted work of a checkout; ${tree.name} has no files of yours.`,
    );
  }
  const treeId = await snapshot(tree.repository, context);
  const head = await revParse('HEAD', tree.repository, context).catch(() => null);
  const base = head === null ? null : (await describe(tree, head, context)).facts;
  const facts = {
    tree: tree.name,
    commit: base?.commit ?? null,
    name: 'worktree',
    subject: base === null ? null : `uncommitted work on ${base.name}: ${base.subject}`,
    date: base?.date ?? null,
    treeId,
  };
  return { facts, treeId };
}

async function findCommit(tree: Tree, rev: string, context: SourceContext): Promise<string> {
  if (rev === '' || rev.startsWith('-') || /\p{Cc}/u.test(rev)) {
    throw new UsageError(`--rev ${JSON.stringify(rev)} is no revision; give a commit, branch or tag, or \`worktree\`.`);
  }
  try {
    return await revParse(rev, tree.repository, context);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw await explainUnknownRevision(tree, rev, error.stderr, context);
  }
}

async function revParse(rev: string, repository: Repository, context: SourceContext): Promise<string> {
  return await git(context, ['rev-parse', '--verify', `${rev}^{commit}`], { repository });
}

async function describe(tree: Tree, commit: string, context: SourceContext): Promise<Revision> {
  const { repository } = tree;
  const [log, name] = await Promise.all([
    git(context, ['log', '-1', '--no-show-signature', '--format=%T%n%cI%n%s', commit, '--'], { repository }),
    git(context, ['describe', '--tags', '--always', '--abbrev=8', commit], { repository }),
  ]);
  const [treeId = '', date = '', subject = ''] = log.split('\n');
  return { facts: { tree: tree.name, commit, name, subject, date, treeId }, treeId };
}

/** Hunting the commit while looking at edited files is an easy mistake. */
async function noteUncommitted(tree: Tree, context: SourceContext): Promise<void> {
  const { repository, kind, name } = tree;
  if (kind !== 'checkout' || repository.workTree === null) return;
  const status = await git(context, ['status', '--porcelain', '--untracked-files=no', '--ignore-submodules=all'], {
    repository,
    cwd: repository.workTree,
  });
  if (status !== '')
    context.note(`${name} has uncommitted changes, which are not part of HEAD; --rev worktree hunts them.`);
}
