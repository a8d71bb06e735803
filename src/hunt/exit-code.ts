import { ExitCode } from '../errors.ts';
import type { StopReason } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { Totals } from '../report/summary.ts';
import { talliesOf } from './tallies.ts';

/** What a hunt that ended for `reason` says to the shell. */
export function exitCodeOf(reason: StopReason, header: HuntHeader, totals: Totals): ExitCode {
  if (reason === 'interrupted') return ExitCode.interrupted;
  if (reason === 'error') return ExitCode.environment;
  const tally = talliesOf(totals, header);
  if (tally.failures > 0) return ExitCode.found;
  if (tally.eligible === 0) return withoutVerdict(tally.skipped, tally.invalid);
  return header.stop.untilRate !== null && reason !== 'rate' ? ExitCode.inconclusive : ExitCode.ok;
}

/** Nothing could pass or fail: everything skipped, everything invalid, or no run ended within the budget. */
function withoutVerdict(skipped: number, invalid: number): ExitCode {
  if (invalid > 0) return ExitCode.environment;
  return skipped > 0 ? ExitCode.allSkipped : ExitCode.inconclusive;
}
