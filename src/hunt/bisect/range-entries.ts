import type { SearchRange } from '../../model/bisect.ts';
import type { RangeEntry } from '../../model/bisect-events.ts';
import type { CommitRange } from '../../source/history-range.ts';
import type { TestInputs } from '../../source/test-inputs.ts';

/** How much likelier a commit is the change that touches the test itself; see bisect.md, section 4. */
const hotWeight = 10;

/** The range as the log keeps it. `forked`: places of commits that fork from before the old end, where the test was another. */
export function rangeEntries(
  { commits }: CommitRange,
  inputs: readonly TestInputs[],
  forked: ReadonlySet<number> = new Set(),
): RangeEntry[] {
  return commits.map(({ commit, name, subject, author, authorDate, parents, candidate }, node) => {
    const { key = '', hot = false, exists = false } = inputs[node] ?? {};
    return {
      ...{ commit, name, subject, author, authorDate, parents },
      inputs: key,
      weight: candidate ? (hot ? hotWeight : 1) : 0,
      exists,
      ...(forked.has(node) ? { forked: true as const } : {}),
    };
  });
}

/** The same as the search takes it: equal inputs make equal builds. */
export function searchRange(entries: readonly RangeEntry[]): SearchRange {
  const numbers = new Map<string, number>();
  const builds = entries.map(({ inputs, exists, forked }, node) => {
    // Where the test does not exist there is nothing that could be alike; a fork is alike and yet says nothing of the others.
    const key = exists && forked !== true ? inputs : `none ${node}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
  return { parents: entries.map(({ parents }) => parents), builds, weights: entries.map(({ weight }) => weight) };
}

/** Two nodes turned out to have the same built test: all that are built like one of them are built like both. */
export function joined(range: SearchRange, node: number, as: number): SearchRange {
  const [from, to] = [range.builds[node], range.builds[as]];
  if (from === to || to === undefined) return range;
  return { ...range, builds: range.builds.map((build) => (build === from ? to : build)) };
}
