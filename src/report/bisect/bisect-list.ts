import type { ExitCode } from '../../errors.ts';
import type { BisectSummary } from '../../model/bisect.ts';
import { clip } from '../display-text.ts';
import { type Appearance, styleOf } from '../style.ts';
import { inHistoryOrder } from './history-order.ts';
import { statement } from './statement.ts';

/** Bisects below the table of hunts, a line each: what it came to. */
export function renderBisects(summaries: readonly BisectSummary[], screen: Appearance): string {
  const style = styleOf(screen);
  const widest = Math.max(0, ...summaries.map(({ header }) => header.id.length));
  const lines = summaries.map((summary) => {
    const text = `${summary.header.id.padEnd(widest)}  ${statement(summary, style).text}`;
    return clip(text, screen.columns, style.ellipsis);
  });
  return [style.strong('bisect'), ...lines].map((line) => `${line}\n`).join('');
}

/** What is told of a bisect that cannot be read. */
const nothing = {
  ...{ started: null, suite: null, test: null, tree: null, direction: null, old: null, new: null, target: null },
  ...{ outcome: null, exitCode: null, runs: null, findings: null },
};

/** A bisect in `list --json`. @param exitCode null while it is on */
export function bisectEntryJson(place: { id: string; dir: string }, summary: BisectSummary, exitCode: ExitCode | null) {
  const { started, suite, test, tree, direction, old, new: young, target } = summary.header;
  const { id, title } = target.signature;
  return {
    ...{ id: place.id, dir: place.dir, started, suite, test, tree, direction, old, new: young },
    target: { id, title, verdict: target.verdict },
    ...{ outcome: summary.outcome, exitCode, runs: summary.spent.runs },
    findings: inHistoryOrder(summary).map(({ verb, state, suspects, posterior }) => ({
      ...{ verb, state, posterior },
      commit: suspects[0]?.commit ?? null,
      suspects: suspects.length,
    })),
    problem: null,
  };
}

/** One whose log cannot be read. */
export function unreadableBisectJson({ id, dir }: { id: string; dir: string }, problem: string) {
  return { id, dir, ...nothing, problem };
}
