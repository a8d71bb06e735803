import type { ConfirmVerdict } from '../../model/bisect.ts';
import { seededUniform, type Uniform } from '../../stats/random.ts';
import { nextConfirmStep } from './next-step.ts';
import type { ConfirmState } from './verdict.ts';

export interface Simulated {
  /** Rates of failure. */
  before: number;
  after: number;
  mostRuns: number;
  /** Of the failing side once it was measured; that of before if not given. */
  drifted?: number;
}

/** Shares of the verdicts over `times` simulated confirmations, and the runs of both sides that they took on average. */
export function simulateConfirmations(world: Simulated, times: number, seed: string) {
  const uniform = seededUniform(seed);
  const counts: Partial<Record<ConfirmVerdict, number>> = {};
  let runs = 0;
  for (let n = 0; n < times; n++) {
    const { verdict, state } = confirmation(world, uniform);
    counts[verdict] = (counts[verdict] ?? 0) + 1;
    runs += state.before.runs + state.after.runs;
  }
  return {
    share: (...verdicts: ConfirmVerdict[]) => verdicts.reduce((sum, v) => sum + (counts[v] ?? 0), 0) / times,
    runs: runs / times,
  };
}

function confirmation({ before, after, mostRuns, drifted = before }: Simulated, uniform: Uniform) {
  const measure = failing(before, uniform);
  const sides = { before: failing(drifted, uniform), after: failing(after, uniform) };
  let state: ConfirmState = { before: { failures: 0, runs: 0 }, after: { failures: 0, runs: 0 }, plan: null };
  for (;;) {
    // At rates that stay as they are the sides need not take turns.
    const leastBatch = state.plan === null ? 1 : mostRuns;
    const step = nextConfirmStep(state, { mostRuns, leastBatch, ended: false });
    if (step.kind === 'done') return { verdict: step.verdict, state };
    if (step.kind === 'plan') {
      state = { ...state, plan: step.plan };
      continue;
    }
    const { failures, runs } = state[step.side];
    const draw = state.plan === null ? measure : sides[step.side];
    state = { ...state, [step.side]: { failures: failures + draw(step.runs), runs: runs + step.runs } };
  }
}

/** Draws the failures of so many runs more, from failure to failure: the passes between them are geometric. */
function failing(rate: number, uniform: Uniform): (runs: number) => number {
  let passes = draw();
  return (runs) => {
    let count = 0;
    let left = runs;
    for (; passes < left; passes = draw()) {
      count++;
      left -= passes + 1;
    }
    passes -= left;
    return count;
  };

  function draw(): number {
    return rate === 0 ? Number.POSITIVE_INFINITY : Math.floor(Math.log(uniform()) / Math.log1p(-rate));
  }
}
