import type { ForcedRuns, ForcedVerdict } from '../model/explain.ts';
import { fisherExact } from '../stats/fisher.ts';

/** A cause decides: forced rates that differ by less may matter, but something else matters more. */
const decisive = 0.5;
const significance = 0.01;

/**
 * What two forced orders prove. Unless both could be had in half of their runs they prove nothing: what fails then fails
 * because a thread was held for nothing.
 * @param comparisons how many suspects are put to the proof; each has its share of the chance of being wrong (Bonferroni)
 */
export function forcedVerdict(provoked: ForcedRuns, prevented: ForcedRuns, comparisons: number): ForcedVerdict {
  // A first event that sleeps is as good as over for a reverse; for the order itself it has to be over.
  if (isInfeasible(provoked, provoked.unfinished) || isInfeasible(prevented, 0)) return 'infeasible';
  const { greater } = fisherExact(provoked, prevented);
  if (greater >= significance / Math.max(1, comparisons)) return 'not causal';
  return rate(provoked) - rate(prevented) >= decisive ? 'cause' : 'contributing';
}

function isInfeasible({ runs, infeasible }: ForcedRuns, unfinished: number): boolean {
  return runs === 0 || infeasible + unfinished > runs / 2;
}

export function rate({ failures, runs }: Pick<ForcedRuns, 'failures' | 'runs'>): number {
  return runs === 0 ? 0 : failures / runs;
}
