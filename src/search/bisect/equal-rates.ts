import type { Seen } from '../../model/bisect.ts';
import { fisherExact } from '../../stats/fisher.ts';

/** "Nothing changed" is so likely that both ends are worth being compared by themselves. */
export const likelyAlike = 0.95;
/**
 * Failures a side by which two rare rates are told apart where one is twice the other, nineteen times in twenty: the log of
 * their ratio then has a standard error of 0.18, and ln 2 is nearly four of them.
 */
const failures = 60;
/** What is certain does not scatter: so many runs then do. */
const leastRuns = 12;

/**
 * Runs of each end by which it is asked whether both fail alike, fixed before the first of them. The search cannot ask it
 * for its own sake: at rates that are nearly equal its odds for "nothing changed" grow with the root of the runs alone.
 * @param seen of both ends together
 * @param most runs that there is time for
 */
export function runsToCompare(seen: Seen, most: number): number {
  const passes = seen.runs - seen.failures;
  const wanted = leastRuns + Math.ceil((failures * passes) / Math.max(1, seen.failures));
  return Math.max(leastRuns, Math.min(wanted, Math.floor(most)));
}

/** Whether runs of both ends say that the rates are two, at the doubt that the confidence leaves (Fisher's exact test). */
export function areTwoRates(a: Seen, b: Seen, confidence: number): boolean {
  return fisherExact(a, b).p < 1 - confidence;
}
