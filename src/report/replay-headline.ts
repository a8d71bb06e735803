import type { ReplaySummary } from '../model/replay.ts';
import { clip, safe } from './display-text.ts';
import { plural } from './quantities.ts';
import type { ReplayedView } from './replay.ts';
import type { Style } from './style.ts';

/** What came of a replay, in a sentence. */
export function replayHeadline(view: ReplayedView, style: Style): string {
  const { subject, reason, failures, failedRun, summary } = view;
  const test = clip(safe(subject.test, style.unicode), 40, style.ellipsis);
  const runs = plural(summary.runs, 'run');
  if (nothingLearned(view)) return withoutVerdict(test, summary);
  return {
    halted: `${test} was stopped at its failure point in run ${failedRun}`,
    failed: `${test} failed in run ${failedRun}`,
    times: failures === 0 ? `${test} did not fail in ${runs}` : `${test} failed in ${failures} of ${runs}`,
    interrupted: `interrupted: ${test} failed in ${failures} of ${runs}`,
  }[reason];
}

/** Whether there were runs, and none could pass or fail. */
export function nothingLearned({ reason, summary: { outcomes } }: Pick<ReplayedView, 'reason' | 'summary'>): boolean {
  const telling = outcomes.some(({ judgement: { verdict } }) => verdict !== 'skip' && verdict !== 'invalid');
  return reason === 'times' && outcomes.length > 0 && !telling;
}

function withoutVerdict(test: string, { runs, outcomes }: ReplaySummary): string {
  const all = runs === 1 ? 'its only run' : `all ${runs} runs`;
  const skipped = outcomes.find(({ judgement }) => judgement.verdict === 'skip')?.count ?? 0;
  if (skipped === runs) return `${test} skipped ${all}: nothing was learned about it`;
  if (skipped === 0) return `${test} could not be judged: ${all} ${runs === 1 ? 'was' : 'were'} invalid`;
  return `${test} could not be judged: ${skipped} of ${runs} runs skipped, ${runs - skipped} were invalid`;
}
