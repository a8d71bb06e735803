import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders } from '../make-folders.ts';
import { temporaryPath } from './cache-layout.ts';
import type { SourceContext } from './context.ts';
import { git } from './git.ts';
import type { Revision } from './revision.ts';
import type { Tree } from './tree.ts';

/** Writes the files of a revision into `folder`, which is made; the repository is only read. */
export async function materialise(
  tree: Tree,
  revision: Revision,
  folder: string,
  context: SourceContext,
): Promise<void> {
  const scratch = temporaryPath(context.paths, 'index');
  for (const path of [scratch, folder]) makeFolders(path);
  const options = {
    repository: { ...tree.repository, workTree: folder },
    cwd: folder,
    env: { GIT_INDEX_FILE: join(scratch, 'index') },
  };
  try {
    await git(context, ['read-tree', revision.treeId], options);
    await git(context, ['-c', 'core.sparseCheckout=false', 'checkout-index', '--all', '--force', '--quiet'], options);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
