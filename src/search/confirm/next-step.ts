import type { ConfirmVerdict } from '../../model/bisect.ts';
import { type ComparisonPlan, looksOf, measuringRuns, planComparison } from './plan.ts';
import { type ConfirmState, confirmVerdict } from './verdict.ts';

export interface ConfirmBudget {
  /** Of each side. */
  mostRuns: number;
  /** Runs that are worth changing sides for, such as the number of jobs. */
  leastBatch: number;
  /** The time is over. */
  ended: boolean;
}

/** plan: to be put into the state, and shown. */
export type ConfirmStep =
  | { kind: 'run'; side: 'before' | 'after'; runs: number }
  | { kind: 'plan'; plan: ComparisonPlan }
  | { kind: 'done'; verdict: ConfirmVerdict };

/** How often the sides take turns, at least, until the first look: what drifts on the machine then hits both. */
const turns = 10;

/**
 * What a confirmation does next. First the failing side is run until it failed often enough to know how many clean runs
 * "gone" needs; that is the plan. Then both sides are run in turns, up to the same numbers of runs.
 */
export function nextConfirmStep(state: ConfirmState, budget: ConfirmBudget): ConfirmStep {
  const { before, plan } = state;
  if (plan !== null) return nextTurn(state, plan, budget);
  const made = planComparison(before, budget.mostRuns);
  if (made !== null) return { kind: 'plan', plan: made };
  const verdict = confirmVerdict(state, budget.ended || before.runs >= budget.mostRuns);
  if (verdict !== null) return { kind: 'done', verdict };
  const runs = Math.max(budget.leastBatch, measuringRuns(before));
  return { kind: 'run', side: 'before', runs: Math.min(runs, budget.mostRuns - before.runs) };
}

function nextTurn(state: ConfirmState, plan: ComparisonPlan, { leastBatch, ended }: ConfirmBudget): ConfirmStep {
  const verdict = confirmVerdict(state, ended);
  if (verdict !== null) return { kind: 'done', verdict };
  const done = { before: state.before.runs - plan.measured.runs, after: state.after.runs };
  const side = done.before <= done.after ? 'before' : 'after';
  // A look that both sides reached has been taken without a verdict.
  const look = looksOf(plan).find((runs) => runs > done[side]) ?? plan.compareRuns;
  const batch = Math.max(leastBatch, Math.ceil(plan.cleanRuns / turns));
  return { kind: 'run', side, runs: Math.min(batch, look - done[side]) };
}
