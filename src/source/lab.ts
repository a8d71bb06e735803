import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { makeFolders } from '../make-folders.ts';
import { cacheErrorFromText, fullDiskError } from './cache-error.ts';
import { cacheLayout, temporaryPath } from './cache-layout.ts';
import { runChild } from './child.ts';
import { withClaim } from './claim.ts';
import type { SourceContext } from './context.ts';
import { exists } from './exists.ts';
import { git } from './git.ts';
import type { Tree } from './tree.ts';
import { markUse, usersOf } from './use.ts';

/**
 * The bundled tree: its recipe is in the package, its history is laid down into the cache on first use, once for every
 * content of the recipe.
 * @throws EnvironmentError when the script fails (no git, say).
 */
export async function openLab(context: SourceContext): Promise<Tree> {
  const recipe = join(context.paths.packageRoot, 'fixtures', 'uring-lab');
  const { labs, temporary } = cacheLayout(context.paths);
  for (const folder of [labs, temporary]) makeFolders(folder);
  const laid = join(labs, await contentHash(recipe));
  if (!(await exists(laid))) {
    await withClaim(`${laid}.claim`, 'laying down the bundled tree', context, async () => {
      if (!(await exists(laid))) await layDown(recipe, laid, context);
    });
  }
  const repository = { gitDir: join(laid, '.git'), workTree: null, objects: null };
  await markUse(usersOf(repository.gitDir));
  return { kind: 'lab', name: 'lab', repository, shallow: false };
}

async function layDown(recipe: string, laid: string, context: SourceContext): Promise<void> {
  const unfinished = temporaryPath(context.paths, 'lab');
  context.progress('laying down the bundled tree (first use)');
  // Says plainly that git is missing, where the script could only fail.
  await git(context, ['--version']);
  try {
    const { PATH = '', TMPDIR = '' } = context.env;
    // Nothing else of the user's environment and configuration may colour the history: its commits have fixed ids.
    const env = { PATH, ...(TMPDIR === '' ? {} : { TMPDIR }), HOME: recipe, LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1' };
    const argv = ['sh', join(recipe, 'lay-history.sh'), unfinished];
    const { ending, stderr } = await runChild(argv, { cwd: recipe, env, signal: context.signal });
    if (ending.kind !== 'exit' || ending.code !== 0) {
      const full = cacheErrorFromText(context.paths.cache, stderr) ?? (await fullDiskError(dirname(unfinished)));
      if (full !== null) throw full;
      const words = stderr.trim().split('\n').slice(-5).join('\n');
      throw new EnvironmentError(`The bundled tree could not be laid down into the cache; its script said:\n${words}`);
    }
    await mkdir(usersOf(join(unfinished, '.git')));
    await rename(unfinished, laid);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** 16 hex digits over names and contents. */
async function contentHash(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const content = await readFile(file);
    hash.update(`${file.slice(folder.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}
