import type { ConfirmSummary, ConfirmVerdict, Seen } from '../../model/bisect.ts';
import { fisherExact } from '../../stats/fisher.ts';
import { proportionRatio } from '../../stats/proportion-ratio.ts';
import { type ComparisonPlan, completeRuns, looksOf } from './plan.ts';

/** All runs so far; the plan is null while the failing side's rate is measured. */
export interface ConfirmState {
  before: Seen;
  after: Seen;
  plan: ComparisonPlan | null;
}

/** The runs that are compared, those by which the rate was measured left out: they ended at a failure. */
export interface Comparison {
  before: Seen;
  after: Seen;
  /** Fisher's exact test, two-sided. */
  p: number;
  ratio: ConfirmSummary['ratio'];
}

export function compareSides(
  { before, after }: Pick<ConfirmState, 'before' | 'after'>,
  plan: ComparisonPlan,
): Comparison {
  const { failures, runs } = plan.measured;
  const compared = { failures: before.failures - failures, runs: before.runs - runs };
  return { before: compared, after, p: fisherExact(compared, after).p, ratio: proportionRatio(after, compared) };
}

/** Of the last look. */
const level = 0.05;
/**
 * Of the looks before it: so low that the last may have its whole level (J. L. Haybittle, "Repeated Assessment of Results
 * in Clinical Trials of Cancer Treatment", 1971; R. Peto et al., 1976).
 */
const earlyLevel = 0.001;
/** Ratios within are no change that the comparison is made for. */
const alike = { low: 1 / 2, high: 2 };

/**
 * What the runs say; null: nothing yet. It is asked at the looks of the plan only (and once when the budget ended, which
 * does not depend on what was seen), so that the chances of an error add up to less than 5 %. Of a rate that did not change,
 * "gone" is said with at most 1 %: all of the clean runs would have to pass, and their number is that of the lower end of
 * the rate's interval. "Reduced" is said with 2.5 % at the last look, half of its level, and 0.05 % at each look before.
 * @param ended no run can be added
 */
export function confirmVerdict(state: ConfirmState, ended: boolean): ConfirmVerdict | null {
  const { before, after, plan } = state;
  if (plan === null) return ended ? unplanned(before) : null;
  const sides = [before.runs - plan.measured.runs, after.runs];
  const runs = Math.min(...sides);
  const isLast = ended || runs >= plan.compareRuns;
  const isLook = isLast || (runs === Math.max(...sides) && looksOf(plan).includes(runs));
  return isLook ? verdictAt(state, plan, isLast) : null;
}

function unplanned({ failures }: Seen): ConfirmVerdict {
  return failures === 0 ? 'not-reproduced' : 'inconclusive';
}

function verdictAt(state: ConfirmState, plan: ComparisonPlan, isLast: boolean): ConfirmVerdict | null {
  const { before, after, p, ratio } = compareSides(state, plan);
  const [low, high] = [ratio.low, ratio.high ?? Number.POSITIVE_INFINITY];
  // The test is of runs made side by side: where the machine ceased to provoke the failure, it is not the change that did.
  if (after.failures === 0 && after.runs >= plan.cleanRuns && p < level) return 'gone';
  if (p < (isLast ? level : earlyLevel) && high < 1) return 'reduced';
  if (p < (isLast ? level : earlyLevel) && low > 1) return 'worse';
  if (low > alike.low && low <= 1 && high >= 1 && high < alike.high) return 'unchanged';
  if (!isLast) return null;
  if (Math.min(before.runs, after.runs) < completeRuns(plan)) return 'inconclusive';
  return couldShow(before) ? 'unchanged' : 'not-reproduced';
}

/** Whether there were enough failures for the test to show that there are none any more. */
function couldShow(before: Seen): boolean {
  return fisherExact(before, { failures: 0, runs: before.runs }).p < level;
}
