import type { BisectCommit, BisectFinding, BisectRow, BisectSummary, BisectSuspect } from '../../model/bisect.ts';

/** The findings as they came about in history. */
export function inHistoryOrder({ findings, rows }: BisectSummary): BisectFinding[] {
  const place = new Map(rows.map(({ commit }, index) => [commit.commit, index]));
  const at = ({ suspects: [first] }: BisectFinding) => place.get(first?.commit.commit ?? '') ?? rows.length;
  return [...findings].sort((a, b) => at(a) - at(b));
}

/** Commits that may be the change: all but the old end. */
export function commitsOf({ rows }: BisectSummary): number {
  return Math.max(0, rows.length - 1);
}

/** The fewest rows that hold the confidence among those that may be the change, the likeliest first. */
export function likeliest({ rows, header }: BisectSummary): BisectRow[] {
  const sorted = rows.filter(({ mass }) => mass > 0).sort((a, b) => b.mass - a.mass);
  const needed = header.confidence * sorted.reduce((sum, { mass }) => sum + mass, 0);
  let held = 0;
  const count = sorted.findIndex(({ mass }) => {
    held += mass;
    return held >= needed;
  });
  return sorted.slice(0, count + 1);
}

export function isUnusable({ unusable }: BisectSummary, { commit }: BisectCommit): boolean {
  return unusable.some((one) => one.commit.commit === commit);
}

/** Suspects that no run can tell apart: all of them, or all but the last of their block, cannot be built or run. */
export function isBlock(suspects: readonly BisectSuspect[], summary: BisectSummary): boolean {
  return suspects.length > 1 && unusableOf(suspects, summary) >= suspects.length - 1;
}

export function unusableOf(suspects: readonly BisectSuspect[], summary: BisectSummary): number {
  return suspects.filter(({ commit }) => isUnusable(summary, commit)).length;
}
