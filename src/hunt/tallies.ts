import type { HuntHeader } from '../model/hunt.ts';
import type { MaskedPolicy, Verdict } from '../model/verdict.ts';
import type { Totals } from '../report/summary.ts';
import type { Tally } from '../search/stop.ts';

/**
 * The counts the stop rules look at. Masked runs are failures only under `--masked fail`. A rate is measured under the
 * base condition; where it is the only one, under what is left of it, should a part of it be refused.
 * @param now what the totals do not tell: hunting time until now, and runs that chaos made worthless
 */
export function talliesOf(
  { counts, runs, strata, elapsedMs: counted }: Totals,
  { masked, conditions }: Pick<HuntHeader, 'masked' | 'conditions'>,
  { elapsedMs = counted, unfit = 0 }: { elapsedMs?: number; unfit?: number } = {},
): Tally {
  const measured = strata
    .filter(({ stratum }) => conditions.length < 2 || stratum.condition === conditions[0])
    .map((stratum) => chancesOf(stratum.counts, masked));
  return {
    runs,
    ...chancesOf(counts, masked),
    measured: measured.reduce((most, one) => (one.eligible > most.eligible ? one : most), { eligible: 0, failures: 0 }),
    skipped: counts.skip,
    invalid: counts.invalid,
    unfit,
    elapsedMs,
  };
}

function chancesOf(counts: Record<Verdict, number>, masked: MaskedPolicy): Tally['measured'] {
  return {
    eligible: counts.pass + counts.fail + counts.masked + counts.hang,
    failures: counts.fail + counts.hang + (masked === 'fail' ? counts.masked : 0),
  };
}
