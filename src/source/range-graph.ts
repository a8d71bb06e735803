import type { RangeCommit } from './history-range.ts';

/**
 * Leaves only the ends and what `touching` holds (null: everything). A commit's parents become the nearest ancestors that
 * are left, so that whether one commit is an ancestor of another stays as it is.
 */
export function narrow(commits: readonly RangeCommit[], touching: ReadonlySet<string> | null): RangeCommit[] {
  if (touching === null) return [...commits];
  const left: RangeCommit[] = [];
  const nearest: number[][] = [];
  const forks: string[][] = [];
  for (const [place, commit] of commits.entries()) {
    const parents = [...new Set(commit.parents.flatMap((parent) => nearest[parent] ?? []))];
    const forkedFrom = [...commit.forkedFrom, ...commit.parents.flatMap((parent) => forks[parent] ?? [])];
    const candidate = touching.has(commit.commit);
    if (candidate || place === 0 || place === commits.length - 1) {
      nearest.push([left.length]);
      left.push({ ...commit, parents, candidate, forkedFrom: parents.length === 0 ? forkedFrom : [] });
      forks.push([]);
    } else {
      nearest.push(parents);
      forks.push(forkedFrom);
    }
  }
  return left;
}
