import type { StopReason } from '../model/events.ts';
import type { StopRules } from '../model/hunt.ts';
import { rateInterval } from '../stats/interval.ts';

/** What the stop rules look at: counts of all runs so far. */
export interface Tally {
  runs: number;
  /** Runs that could have failed. */
  eligible: number;
  failures: number;
  /** The same of the stratum whose rate counts: that of the base condition with the most such runs. */
  measured: { eligible: number; failures: number };
  skipped: number;
  invalid: number;
  /** Of the invalid runs those that would be worth something without chaos. */
  unfit: number;
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
  return hopelessReason(tally);
}

function hopelessReason({ runs, skipped, invalid, unfit }: Tally): StopReason | null {
  const telling = runs - unfit;
  if (telling < hopelessAfter) return null;
  if (skipped === telling) return 'skipped';
  return invalid - unfit === telling ? 'invalid' : null;
}

/** True once the 95 % upper bound of the failure rate is below `rate`. */
function isRarerThan(rate: number, { measured }: Tally): boolean {
  return measured.eligible > 0 && rateInterval(measured.failures, measured.eligible).high < rate;
}
