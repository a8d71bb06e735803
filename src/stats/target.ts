/** How often one signature failed. */
export interface FailureCounts {
  plain: number;
  total: number;
  /** Number of its first run. */
  firstRun: number;
}

/**
 * The signature by which arms are measured: the most frequent one under plain, for that is the flake that people see; where
 * plain has not failed yet, the most frequent of all; of equals the one seen first. Null without failures.
 */
export function targetOf<T extends FailureCounts>(signatures: Iterable<T>): T | null {
  let best: T | null = null;
  for (const row of signatures) if (row.total > 0 && (best === null || precedes(row, best))) best = row;
  return best;
}

function precedes(a: FailureCounts, b: FailureCounts): boolean {
  if (a.plain !== b.plain) return a.plain > b.plain;
  return a.plain === 0 && a.total !== b.total ? a.total > b.total : a.firstRun < b.firstRun;
}
