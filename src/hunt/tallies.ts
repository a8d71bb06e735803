import type { MaskedPolicy } from '../model/verdict.ts';
import type { Totals } from '../report/summary.ts';
import type { Tally } from '../search/stop.ts';

/** The counts the stop rules look at. Masked runs are failures only under `--masked fail`. */
export function talliesOf(
  { counts, runs, elapsedMs: counted }: Totals,
  masked: MaskedPolicy,
  elapsedMs = counted,
): Tally {
  return {
    runs,
    eligible: counts.pass + counts.fail + counts.masked + counts.hang,
    failures: counts.fail + counts.hang + (masked === 'fail' ? counts.masked : 0),
    skipped: counts.skip,
    invalid: counts.invalid,
    elapsedMs,
  };
}
