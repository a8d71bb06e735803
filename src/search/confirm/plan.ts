import type { ConfirmPlan, Seen } from '../../model/bisect.ts';
import { rateInterval } from '../../stats/interval.ts';

/** How the two sides are compared; fixed once the failing side's rate is known, and not changed by what is seen then. */
export interface ComparisonPlan extends Pick<ConfirmPlan, 'mostRuns'> {
  cleanRuns: number;
  /** What the rate is known from: runs of the failing side that are not compared. */
  measured: Seen;
  /** Runs a side after which the comparison ends. */
  compareRuns: number;
}

/**
 * Failures to measure the rate by. "Gone" then takes some 21 / rate runs of both sides together, measuring included; with 3
 * failures 24 / rate, as the rate's lower bound is lower, with 10 it is 22 / rate, as measuring takes longer.
 */
const failuresToPlan = 5;

/**
 * Clean runs that "gone" is never said below, where there is time for as many: a failure that was all but certain under
 * provocation would be called gone after three, which a rate that only fell to a fifth passes in every other case.
 */
export const leastCleanRuns = 20;

/** The comparison ends at so many times `cleanRuns`: some 60 failures, enough to show nine in ten halvings of a rate. */
const longest = 8;

/** Null: the failing side did not fail often enough yet. */
export function planComparison(measured: Seen, mostRuns: number): ComparisonPlan | null {
  if (measured.failures < failuresToPlan) return null;
  const left = Math.max(0, mostRuns - measured.runs);
  const needed = cleanRunsFor(rateInterval(measured.failures, measured.runs).low);
  const cleanRuns = Math.max(needed, Math.min(leastCleanRuns, left));
  const compareRuns = Math.min(longest * cleanRuns, left);
  return { cleanRuns, mostRuns, measured, compareRuns };
}

/** Runs that all pass with a chance of 5 % if the rate is `low` (about 3 / low: the rule of three). */
export function cleanRunsFor(low: number): number {
  return Math.ceil(Math.log(0.05) / Math.log1p(-low));
}

/** Runs a side of a comparison that no budget cuts short. */
export function completeRuns({ cleanRuns }: ComparisonPlan): number {
  return longest * cleanRuns;
}

/** The looks at the comparison, in runs a side: the clean runs, doubled until its end. */
export function looksOf({ cleanRuns, compareRuns }: ComparisonPlan): number[] {
  const looks: number[] = [];
  for (let runs = cleanRuns; runs < compareRuns; runs *= 2) looks.push(runs);
  return [...looks, compareRuns];
}

/** Runs of the failing side to measure its rate by, next: at most as many again, and half of what is likely still needed. */
export function measuringRuns({ failures, runs }: Seen): number {
  const missing = failuresToPlan - failures;
  const expected = (missing * (runs + 1)) / (failures + 0.5);
  return Math.max(10, Math.min(runs, Math.ceil(expected / 2)));
}
