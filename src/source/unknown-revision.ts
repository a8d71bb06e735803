import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { SourceContext } from './context.ts';
import { git } from './git.ts';
import type { Tree } from './tree.ts';

/** Why `rev` cannot be found, and what may have been meant. `stderr` is git's answer to it. */
export async function explainUnknownRevision(
  tree: Tree,
  rev: string,
  stderr: string,
  context: SourceContext,
): Promise<UsageError> {
  const { repository } = tree;
  if (rev === 'HEAD') return new UsageError(noHead(tree));
  if (/is ambiguous/.test(stderr)) return new UsageError(ambiguous(rev, stderr));
  if (/\.\./.test(rev)) return new UsageError(`--rev ${rev} is a range; give one commit, branch or tag.`);
  const refs = await git(context, ['for-each-ref', '--format=%(refname:short)'], { repository });
  const near = nearest(rev.replace(/[~^].*$/, ''), refs.split('\n'));
  const parts = [
    `There is no revision "${rev}" in ${tree.name}${near.length === 0 ? '.' : `; near ones: ${near.join(', ')}.`}`,
    tree.shallow ? shallowAdvice(tree) : otherAdvice(tree),
  ];
  return new UsageError(parts.filter((part) => part !== '').join(' '));
}

function noHead(tree: Tree): string {
  return tree.kind === 'checkout'
    ? `${tree.name} has no commit yet; commit something, or use --rev worktree.`
    : `HEAD of ${tree.name} points at nothing; name a branch, tag or commit with --rev.`;
}

function ambiguous(rev: string, stderr: string): string {
  const candidates = stderr.split('\n').flatMap((line) => /^hint:\s+([0-9a-f]{4,} commit .*)$/.exec(line)?.[1] ?? []);
  const list = candidates.slice(0, 5).map((line) => `\n  ${line}`);
  return `"${rev}" is the beginning of several commits; give more of its digits.${list.join('')}`;
}

function shallowAdvice({ name }: Tree): string {
  return `The clone is shallow: its history ends early. \`git -C ${name} fetch --unshallow\` brings the rest (or \`fetch --deepen=1000\` a part).`;
}

function otherAdvice({ kind, name }: Tree): string {
  return kind === 'checkout' || kind === 'bare'
    ? `If it is newer than the clone, \`git -C ${name} fetch\` brings it.`
    : '';
}
