import type { SourceContext } from './context.ts';
import { GitError, git } from './git.ts';
import type { Revision } from './revision.ts';
import type { Tree } from './tree.ts';

/** A file of a revision. Mode 160000 is a submodule's place. */
export interface TreeFile {
  mode: string;
  id: string;
  path: string;
}

/** Every file of a revision, in git's order; nothing is checked out. */
export async function listFiles(tree: Tree, revision: Revision, context: SourceContext): Promise<TreeFile[]> {
  const answer = await git(context, ['ls-tree', '-r', '-z', '--full-tree', revision.treeId], {
    repository: tree.repository,
  });
  return answer
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [head = '', path = ''] = splitOnce(line, '\t');
      const [mode = '', , id = ''] = head.split(' ');
      return { mode, id, path };
    });
}

/** Content of a file of a revision, or null when it has none of that name. */
export async function readFileAt(
  tree: Tree,
  revision: Revision,
  path: string,
  context: SourceContext,
): Promise<string | null> {
  try {
    return await git(context, ['cat-file', 'blob', `${revision.treeId}:${path}`], { repository: tree.repository });
  } catch (error) {
    if (error instanceof GitError && /does not exist in|Not a valid object name/.test(error.stderr)) return null;
    throw error;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
