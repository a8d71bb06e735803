import type { RunRanges } from '../model/engine.ts';
import type { HuntSummary } from '../model/summary.ts';

type Reason = HuntSummary['reasons'][number];

/** Runs that were skipped or invalid for one reason. */
export class ReasonRow {
  readonly verdict: Reason['verdict'];
  readonly reason: string;
  total = 0;
  firstRun = Number.POSITIVE_INFINITY;

  constructor(verdict: Reason['verdict'], reason: string) {
    this.verdict = verdict;
    this.reason = reason;
  }

  count(runs: RunRanges, count: number): void {
    this.total += count;
    for (const [first] of runs) this.firstRun = Math.min(this.firstRun, first);
  }
}

/** Why runs were skipped or invalid. */
export class ReasonFold {
  readonly #rows = new Map<string, ReasonRow>();

  row(verdict: Reason['verdict'], reason: string | null): ReasonRow {
    const text = reason ?? 'no reason given';
    const row = this.#rows.get(`${verdict} ${text}`) ?? new ReasonRow(verdict, text);
    this.#rows.set(`${verdict} ${text}`, row);
    return row;
  }

  /** Most frequent first. */
  summaries(): Reason[] {
    return [...this.#rows.values()]
      .sort((a, b) => b.total - a.total || a.firstRun - b.firstRun)
      .map(({ verdict, reason, total, firstRun }) => ({ verdict, reason, count: total, firstRun }));
  }
}
