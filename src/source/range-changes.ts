import type { SourceContext } from './context.ts';
import { git } from './git.ts';
import type { CommitRange } from './history-range.ts';
import type { Tree } from './tree.ts';
import type { TreeFile } from './tree-files.ts';

/** A file after a change; id null: it is gone. */
export interface FileChange extends Omit<TreeFile, 'id'> {
  id: string | null;
}

export interface RangeChanges {
  /** What turns the tree of the commit before, in the range's order, into this one's. Nothing for the first. */
  between: FileChange[][];
  /** What each commit changed against its first parent. */
  own: FileChange[][];
}

/** How the trees of a range differ: one call of git for all of them. */
export async function readChanges(tree: Tree, { commits }: CommitRange, context: SourceContext): Promise<RangeChanges> {
  // Two trees on a line are compared; a commit is with the parent that follows it, and a root with nothing.
  const asked = commits.map(({ commit, firstParent, treeId }, place) => ({
    own: firstParent === null ? commit : `${commit} ${firstParent}`,
    between: place === 0 ? null : `${commits[place - 1]?.treeId} ${treeId}`,
  }));
  const input = asked.flatMap(({ own, between }) => (between === null ? [own] : [between, own])).join('\n');
  const shape = ['-r', '--root', '--raw', '-z', '--no-abbrev', '--no-renames'];
  const answer = await git(context, ['diff-tree', '--stdin', ...shape], {
    repository: tree.repository,
    input: `${input}\n`,
  });
  const changes = parse(answer);
  return {
    between: asked.map(({ between }) => changes.get(between ?? '') ?? []),
    own: commits.map(({ commit }) => changes.get(commit) ?? []),
  };
}

/**
 * Changes by what git prints before them: a commit's id and NUL, or two trees' ids and a newline. Records are
 * `:mode mode id id letter`, NUL, path, NUL. Nothing is printed before a commit's changes when there are none.
 */
function parse(answer: string): Map<string, FileChange[]> {
  const changes = new Map<string, FileChange[]>();
  let current: FileChange[] = [];
  const tokens = answer.split('\0');
  for (let at = 0; at < tokens.length; at++) {
    const headers = (tokens[at] ?? '').split('\n');
    const record = headers.at(-1)?.startsWith(':') ? headers.pop() : undefined;
    for (const header of headers.filter(Boolean)) {
      current = [];
      changes.set(header, current);
    }
    if (record === undefined) continue;
    const [, mode = '', , id = ''] = record.split(' ');
    at += 1;
    current.push({ mode, id: /^0+$/.test(mode) ? null : id, path: tokens[at] ?? '' });
  }
  return changes;
}
