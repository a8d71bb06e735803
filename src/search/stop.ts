import type { StopReason } from '../model/events.ts';
import type { StopRules } from '../model/hunt.ts';
import { rateInterval } from '../stats/interval.ts';

/** What the stop rules look at: counts of all runs so far. */
export interface Tally {
  runs: number;
  /** Runs that could have failed. */
  eligible: number;
  failures: number;
  /** The same of the stratum with the most such runs: a rate is of one stratum. */
  measured: { eligible: number; failures: number };
  skipped: number;
  invalid: number;
  elapsedMs: number;
}

/** Runs that all skipped, or that all taught nothing, after which going on is pointless. */
const hopelessAfter = 20;

/** The first rule that is met, or null while the hunt should go on. */
export function metStopRule(rules: StopRules, tally: Tally): StopReason | null {
  if (rules.loops !== null && tally.runs >= rules.loops) return 'loops';
  if (rules.failures !== null && tally.failures >= rules.failures) return 'failures';
  if (rules.untilRate !== null && isRarerThan(rules.untilRate, tally)) return 'rate';
  if (rules.timeMs !== null && tally.elapsedMs >= rules.timeMs) return 'time';
  if (tally.runs >= hopelessAfter && tally.skipped === tally.runs) return 'skipped';
  if (tally.runs >= hopelessAfter && tally.invalid === tally.runs) return 'invalid';
  return null;
}

/** True once the 95 % upper bound of the failure rate is below `rate`. */
function isRarerThan(rate: number, { measured }: Tally): boolean {
  return measured.eligible > 0 && rateInterval(measured.failures, measured.eligible).high < rate;
}
