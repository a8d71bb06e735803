import type { RevisionFacts } from '../model/hunt.ts';

/**
 * What a person calls a revision, before its subject; null for a bare command. The id stands alone, to be pasted.
 * @example `1cbd4cffa881  liburing-2.6-30-g1cbd4cff  2024-04-19`, `worktree on 1cbd4cffa881  2024-04-19`, `folder`
 */
export function revisionText({ commit, name, date }: RevisionFacts): string | null {
  if (name === null) return null;
  const words = commit === null ? [name] : namesOf(name, commit);
  return [...words, ...(date === null ? [] : [date.slice(0, 10)])].join('  ');
}

/** Uncommitted work is not the commit it is based on; a name that is the id's beginning says nothing new. */
function namesOf(name: string, commit: string): string[] {
  const id = commit.slice(0, 12);
  if (name === 'worktree') return [`worktree on ${id}`];
  return commit.startsWith(name) ? [id] : [id, name];
}

/** Null where what was built is no commit: uncommitted work is beside the one it stands on. */
export function builtCommit({ commit, name }: Pick<RevisionFacts, 'commit' | 'name'>): string | null {
  return name === 'worktree' ? null : commit;
}
