import { UsageError } from '../../errors.ts';
import type { RangeEntry } from '../../model/bisect-events.ts';
import type { Suite } from '../../model/suite.ts';
import type { SourceContext } from '../../source/context.ts';
import { type CommitRange, type RangeOptions, readCommits, readRange } from '../../source/history-range.ts';
import { readTestInputs, type TestInputs } from '../../source/test-inputs.ts';
import type { Tree } from '../../source/tree.ts';
import { rangeEntries } from './range-entries.ts';

export interface RangeRequest {
  tree: Tree;
  suite: Suite;
  test: string;
  /** Full ids. */
  old: string;
  new: string;
  options: RangeOptions;
}

export interface PreparedRange {
  range: CommitRange;
  entries: RangeEntry[];
  touched: string[][];
  /** Where an end was moved because the test is not there: one line each. */
  moved: string[];
}

/**
 * The history between two ends, and what the test is built of at each commit. Where the test does not exist at an end,
 * the range begins or ends where it does.
 * @throws NoRange, UsageError
 */
export async function prepareRange(request: RangeRequest, source: SourceContext): Promise<PreparedRange> {
  const { tree, suite, test, options } = request;
  const whole = await read(request, source);
  const bounds = whereItExists(whole.range, whole.inputs);
  if (bounds === null) {
    throw new UsageError(
      `The test ${test} exists at no commit between ${whole.range.commits[0]?.name} and ${whole.range.commits.at(-1)?.name}; name revisions that have it.`,
    );
  }
  if (bounds.from === bounds.to) {
    throw new UsageError(
      `The test ${test} exists at one commit alone between ${whole.range.commits[0]?.name} and ${whole.range.commits.at(-1)?.name}, ${whole.range.commits[bounds.from]?.name}, so there is nothing to search; name revisions that have it.`,
    );
  }
  const moved: string[] = [];
  const [first, last] = [whole.range.commits[0], whole.range.commits.at(-1)];
  const [from, to] = [whole.range.commits[bounds.from], whole.range.commits[bounds.to]];
  const without = (end: typeof first) => `${test} does not exist at ${end?.name}`;
  if (from !== first) {
    moved.push(`${without(first)}: the range begins at ${from?.name}, which has it; take that as --old to begin there`);
  }
  if (to !== last) {
    moved.push(`${without(last)}: the range ends at ${to?.name}, which has it; take that as --new to end there`);
  }
  const cut = { tree, suite, test, options, old: from?.commit ?? '', new: to?.commit ?? '' };
  const { range, inputs, cutOff } = moved.length === 0 ? whole : await read(cut, source);
  if (cutOff.size > 0) moved.push(forkedText(cutOff.size, range.commits[0]?.name ?? ''));
  return { range, entries: rangeEntries(range, inputs, cutOff), touched: inputs.map(({ touched }) => touched), moved };
}

async function read({ tree, suite, test, old, new: young, options }: RangeRequest, source: SourceContext) {
  source.progress('reading the history');
  const range = await readRange(tree, old, young, options, source);
  const bases = await readCommits(tree, [...new Set(range.commits.flatMap(({ forkedFrom }) => forkedFrom))], source);
  const all = await readTestInputs({ tree, range: { commits: [...range.commits, ...bases] }, suite, test }, source);
  const inputs = all.slice(0, range.commits.length);
  const keys = new Map(bases.map(({ commit }, at) => [commit, all[range.commits.length + at]?.key]));
  return { range, inputs, cutOff: forkedApart(range, (base) => keys.get(base) === inputs[0]?.key) };
}

function forkedText(commits: number, old: string): string {
  const [fork, they] = commits === 1 ? ['1 commit forks', 'it is'] : [`${commits} commits fork`, 'they are'];
  return `${fork} from before ${old}, where the test is built of other inputs and need not do the same: ${they} not run`;
}

/** Places of the commits that descend from another base than the old end, unless all their bases are like it. */
function forkedApart({ commits }: CommitRange, isLike: (base: string) => boolean): ReadonlySet<number> {
  const apart = new Set<number>();
  for (const [place, { parents, forkedFrom }] of commits.entries()) {
    const isFork = forkedFrom.length > 0 && !forkedFrom.every(isLike);
    if (isFork || (parents.length > 0 && parents.every((parent) => apart.has(parent)))) apart.add(place);
  }
  return apart;
}

/**
 * Along the first parents, the longest stretch at whose ends the test exists, and beyond its old end, where a merge
 * brought the test, back to the commit that added it: places in the range; null when it exists nowhere.
 */
function whereItExists({ commits }: CommitRange, inputs: readonly TestInputs[]): { from: number; to: number } | null {
  const line: number[] = [];
  for (let at: number | undefined = commits.length - 1; at !== undefined; at = commits[at]?.parents[0])
    line.unshift(at);
  if (line[0] !== 0) line.unshift(0);
  const there = line.filter((at) => inputs[at]?.exists);
  const [first, to] = [there[0], there.at(-1)];
  if (first === undefined || to === undefined) return null;
  for (let from = first; ; ) {
    const parent = commits[from]?.parents.find((at) => inputs[at]?.exists);
    if (parent === undefined) return { from, to };
    from = parent;
  }
}
