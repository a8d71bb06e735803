import type { NightCell } from '../../model/night.ts';

/** Runs that could have failed, and failures among them. */
export function seen({ counts }: Pick<NightCell, 'counts'>): { failures: number; runs: number } {
  const failures = counts.fail + counts.masked + counts.hang;
  return { failures, runs: counts.pass + failures };
}
