import { dirname, join, resolve } from 'node:path';
import { explainCacheErrors } from './cache-error.ts';
import type { SourceContext } from './context.ts';
import { exists } from './exists.ts';
import type { Repository } from './git.ts';
import { openLab } from './lab.ts';
import { openLocal } from './local-tree.ts';
import { openMirror } from './mirror.ts';
import { parseTreeSpec } from './tree-spec.ts';

/** Where revisions come from. */
export interface Tree {
  /**
   * checkout: the user's repository with files. bare: the user's repository without. mirror, lab: our own, in the cache.
   * folder: files without history.
   */
  kind: 'checkout' | 'bare' | 'mirror' | 'lab' | 'folder';
  /** As recorded in a hunt: absolute path, URL without secrets, or `lab`. `openTree(name)` opens it again. */
  name: string;
  repository: Repository;
  /** History ends somewhere (a clone with --depth). */
  shallow: boolean;
}

export interface OpenTreeOptions {
  /** Mirrors: `never` takes an existing mirror as it is (to build a recorded commit again). Default `always`. */
  refresh?: 'always' | 'never';
}

const upstream = 'https://github.com/axboe/liburing';

/**
 * Opens the tree that `--tree` names; without one, the liburing checkout around the working folder, else upstream's
 * mirror.
 * @throws UsageError for a spec that leads nowhere; EnvironmentError when a URL cannot be reached and was never mirrored,
 *   when git is missing, or when the cache cannot be written.
 */
export async function openTree(
  spec: string | null,
  context: SourceContext,
  options: OpenTreeOptions = {},
): Promise<Tree> {
  return await explainCacheErrors(context.paths.cache, async () => {
    if (spec === null) {
      const around = await liburingAround(context.paths.cwd);
      return around === null
        ? await openMirror(upstream, upstream, context, options)
        : await openLocal(around, context, { named: false });
    }
    const parsed = parseTreeSpec(spec);
    if (parsed.kind === 'lab') return await openLab(context);
    const path = resolve(context.paths.cwd, spec);
    if (parsed.kind === 'path' || (await exists(path))) return await openLocal(path, context, { named: true });
    return await openMirror(parsed.url, parsed.shown, context, options);
  });
}

/** Top of the liburing tree that `folder` lies in, known by its content: a fork or a tarball may have any name. */
async function liburingAround(folder: string): Promise<string | null> {
  const marks = ['src/include/liburing.h', 'test/Makefile'];
  const found = await Promise.all(marks.map((mark) => exists(join(folder, mark))));
  if (found.every(Boolean)) return folder;
  return dirname(folder) === folder ? null : await liburingAround(dirname(folder));
}
