import { UsageError } from '../errors.ts';
import type { BisectCommit } from '../model/bisect.ts';
import { explainCacheErrors } from './cache-error.ts';
import type { SourceContext } from './context.ts';
import { GitError, git } from './git.ts';
import { NoRange, whyNoRange } from './no-range.ts';
import { narrow } from './range-graph.ts';
import type { Revision } from './revision.ts';
import type { Tree } from './tree.ts';

export interface RangeCommit extends BisectCommit {
  treeId: string;
  /** ISO 8601 committer date. */
  date: string;
  /** Places in the range; parents outside it are left out, so a commit may have none. */
  parents: number[];
  /** Full ids of its parents, where none of them is in the range: it forks from the history before the old end. */
  forkedFrom: string[];
  /** Full id of the first parent in the repository, in the range or not; null for a root. */
  firstParent: string | null;
  /** It may be the change: all but the old end, and with paths those that touch one of them. */
  candidate: boolean;
}

/** What lies between two ends: the old end first, the new end last, parents before their children. */
export interface CommitRange {
  commits: RangeCommit[];
}

export interface RangeOptions {
  /** Follow only the first parents of merges: a merged branch counts as one change. */
  firstParent: boolean;
  /** Only commits that touch one of these, relative to the tree's top; as git understands a path. None: all. */
  paths: readonly string[];
}

/**
 * The commits of `old..new` as a graph.
 * @param oldCommit full id, as resolveRevision gives it; so is `newCommit`
 * @throws NoRange when the ends span none; UsageError for a path that git does not understand.
 */
export async function readRange(
  tree: Tree,
  oldCommit: string,
  newCommit: string,
  { firstParent, paths }: RangeOptions,
  context: SourceContext,
): Promise<CommitRange> {
  return await explainCacheErrors(context.paths.cache, async () => {
    const ends = { tree, oldCommit, newCommit };
    const refusal = await whyNoRange(ends, context);
    if (refusal !== null) throw refusal;
    const walk = [...(firstParent ? ['--first-parent'] : []), `${oldCommit}..${newCommit}`];
    const [first, rest, touching] = await Promise.all([
      log(tree, ['-1', oldCommit, '--'], context),
      log(tree, ['--topo-order', '--reverse', ...walk, '--'], context),
      paths.length === 0 ? null : touched(tree, [...walk, '--', ...paths], context),
    ]);
    const cut = tree.shallow ? rest.find(({ parents }) => parents.length === 0) : undefined;
    if (cut !== undefined) throw new NoRange('shallow', ends, null);
    if (touching?.size === 0) throw new NoRange('untouched', ends, null, paths);
    return { commits: narrow(linked([...first, ...rest]), touching) };
  });
}

/** Commits outside a range, as if they lay in it. */
export async function readCommits(
  tree: Tree,
  commits: readonly string[],
  context: SourceContext,
): Promise<RangeCommit[]> {
  if (commits.length === 0) return [];
  return linked(await log(tree, ['--no-walk=unsorted', ...commits, '--'], context));
}

/** A commit of a range as buildTest takes it. */
export function rangeRevision(tree: Tree, { commit, name, subject, date, treeId }: RangeCommit): Revision {
  return { facts: { tree: tree.name, commit, name, subject, date, treeId }, treeId };
}

type Logged = Omit<RangeCommit, 'parents' | 'forkedFrom' | 'firstParent' | 'candidate'> & { parents: string[] };

/** None of these has a newline in it; records end with NUL. */
const format = ['%H', '%P', '%T', '%h', '%an', '%aI', '%cI', '%s'].join('%n');

async function log({ repository }: Tree, args: readonly string[], context: SourceContext): Promise<Logged[]> {
  const shape = ['--no-show-signature', '--encoding=UTF-8', '--abbrev=8', '-z', `--format=${format}`];
  const answer = await git(context, ['log', ...shape, ...args], { repository });
  return answer.split('\0').filter(Boolean).map(logged);
}

function logged(record: string): Logged {
  const [commit = '', parents = '', treeId = '', name = '', author = '', authorDate = '', date = '', subject = ''] =
    record.split('\n');
  return { commit, parents: parents.split(' ').filter(Boolean), treeId, name, author, authorDate, date, subject };
}

/**
 * Commits that git finds by their paths, history simplified as `git bisect -- PATH` has it: where a merge took the paths
 * from one side, the other side is left out.
 */
async function touched({ repository }: Tree, args: readonly string[], context: SourceContext): Promise<Set<string>> {
  // Paths are relative to the tree's top, wherever flakehunt was started.
  const cwd = repository.workTree ?? repository.gitDir;
  try {
    const answer = await git(context, ['rev-list', ...args], { repository, cwd });
    return new Set(answer.split('\n').filter(Boolean));
  } catch (error) {
    if (error instanceof GitError && /pathspec|outside repository/i.test(error.stderr)) {
      throw new UsageError(`--path: ${error.reason}. Paths are relative to the top of the tree.`, { cause: error });
    }
    throw error;
  }
}

function linked(commits: readonly Logged[]): RangeCommit[] {
  const places = new Map(commits.map(({ commit }, place) => [commit, place]));
  return commits.map((commit, place) => {
    const parents = place === 0 ? [] : commit.parents.flatMap((parent) => places.get(parent) ?? []);
    return {
      ...commit,
      parents,
      forkedFrom: place === 0 || parents.length > 0 ? [] : commit.parents,
      firstParent: commit.parents[0] ?? null,
      candidate: place > 0,
    };
  });
}
