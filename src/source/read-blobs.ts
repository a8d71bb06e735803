import type { SourceContext } from './context.ts';
import { git } from './git.ts';
import type { Tree } from './tree.ts';

/** Content by id, of files as git keeps them; one call for all. Those that are not there are left out. */
export async function readBlobs(
  tree: Tree,
  ids: Iterable<string>,
  context: SourceContext,
): Promise<Map<string, string>> {
  const asked = [...new Set(ids)];
  const blobs = new Map<string, string>();
  if (asked.length === 0) return blobs;
  const answer = await git(context, ['cat-file', '--batch'], {
    repository: tree.repository,
    input: `${asked.join('\n')}\n`,
    // Sizes are in bytes, so characters must be.
    bytes: true,
  });
  for (let at = 0; at < answer.length; ) {
    const end = answer.indexOf('\n', at);
    const [id = '', type, size] = answer.slice(at, end === -1 ? undefined : end).split(' ');
    const start = end === -1 ? answer.length : end + 1;
    // `ID missing` has no content.
    const length = size === undefined ? 0 : Number(size);
    if (type === 'blob') blobs.set(id, Buffer.from(answer.slice(start, start + length), 'latin1').toString());
    at = size === undefined ? start : start + length + 1;
  }
  return blobs;
}
