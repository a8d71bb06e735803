import type { MaskedPolicy, Verdict } from '../model/verdict.ts';
import type { Totals } from '../report/summary.ts';
import type { Tally } from '../search/stop.ts';

/** The counts the stop rules look at. Masked runs are failures only under `--masked fail`. */
export function talliesOf(
  { counts, runs, strata, elapsedMs: counted }: Totals,
  masked: MaskedPolicy,
  elapsedMs = counted,
): Tally {
  const ofStrata = strata.map((stratum) => chancesOf(stratum.counts, masked));
  return {
    runs,
    ...chancesOf(counts, masked),
    measured: ofStrata.reduce((most, one) => (one.eligible > most.eligible ? one : most), { eligible: 0, failures: 0 }),
    skipped: counts.skip,
    invalid: counts.invalid,
    elapsedMs,
  };
}

function chancesOf(counts: Record<Verdict, number>, masked: MaskedPolicy): Tally['measured'] {
  return {
    eligible: counts.pass + counts.fail + counts.masked + counts.hang,
    failures: counts.fail + counts.hang + (masked === 'fail' ? counts.masked : 0),
  };
}
