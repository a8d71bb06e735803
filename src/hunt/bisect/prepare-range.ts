import { UsageError } from '../../errors.ts';
import type { RangeEntry } from '../../model/bisect-events.ts';
import type { Suite } from '../../model/suite.ts';
import type { SourceContext } from '../../source/context.ts';
import { type CommitRange, type RangeOptions, readRange } from '../../source/history-range.ts';
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
  const { range, inputs } = moved.length === 0 ? whole : await read(cut, source);
  return { range, entries: rangeEntries(range, inputs), touched: inputs.map(({ touched }) => touched), moved };
}

async function read({ tree, suite, test, old, new: young, options }: RangeRequest, source: SourceContext) {
  source.progress('reading the history');
  const range = await readRange(tree, old, young, options, source);
  return { range, inputs: await readTestInputs({ tree, range, suite, test }, source) };
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
