import type { BisectHeader, BisectSummary } from '../../model/bisect.ts';
import type { Rate } from '../../model/summary.ts';

/** The end that is to show the failure. */
export function failingEnd({ direction }: Pick<BisectHeader, 'direction'>): 'old' | 'new' {
  return direction === 'fix' ? 'old' : 'new';
}

/** What was seen at an end; null where no run was made there. */
export function endRate({ rows }: BisectSummary, end: 'old' | 'new'): Rate | null {
  return rows.at(end === 'old' ? 0 : -1)?.rate ?? null;
}
