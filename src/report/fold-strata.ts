import type { Stratum } from '../model/condition.ts';
import type { HuntSummary, StratumSummary } from '../model/summary.ts';
import type { Verdict } from '../model/verdict.ts';

/** Counts and hunting time of one stratum; as a key it stands for the stratum. */
export interface StratumRow {
  readonly stratum: Stratum;
  readonly counts: Record<Verdict, number>;
  /** Of its batches that ended, as the engine measured them. */
  endedMs: number;
  /** Of the batch that is running, by the log's clock. */
  openMs: number;
}

/** Runs whose batch the log does not tell (it is damaged). */
const unknownStratum: Stratum = { condition: 'unknown', jobs: 0 };

/** Counts runs and time per stratum. Batches run one after the other: at any moment at most one is open. */
export class StrataFold {
  readonly #rows = new Map<string, StratumRow>();
  readonly #batches = new Map<number, StratumRow>();
  readonly #counts = noRuns();
  #runs = 0;
  #open: StratumRow | null = null;
  #lastT: number | null = null;

  /** The log's clock reads `t` milliseconds; it may jump back (the machine's clock was set), then no time has passed. */
  tick(t: number): void {
    if (this.#open !== null && this.#lastT !== null) this.#open.openMs += Math.max(0, t - this.#lastT);
    this.#lastT = t;
  }

  begin(batch: number, stratum: Stratum): void {
    this.pause();
    this.#open = this.#rowOf(stratum);
    this.#batches.set(batch, this.#open);
  }

  /** The open batch ended after `elapsedMs`. */
  end(elapsedMs: number): void {
    if (this.#open !== null) this.#open.openMs = elapsedMs;
    this.pause();
  }

  /** Nothing runs from here on. */
  pause(): void {
    if (this.#open === null) return;
    this.#open.endedMs += this.#open.openMs;
    this.#open.openMs = 0;
    this.#open = null;
  }

  of(batch: number): StratumRow {
    return this.#batches.get(batch) ?? this.#rowOf(unknownStratum);
  }

  count(row: StratumRow, verdict: Verdict, count: number): void {
    row.counts[verdict] += count;
    this.#counts[verdict] += count;
    this.#runs += count;
  }

  totals(): Pick<HuntSummary, 'counts' | 'runs' | 'elapsedMs'> & { strata: StratumRow[] } {
    let elapsedMs = 0;
    for (const { endedMs, openMs } of this.#rows.values()) elapsedMs += endedMs + openMs;
    return { counts: { ...this.#counts }, runs: this.#runs, elapsedMs, strata: this.rows() };
  }

  /** In the order in which they came. */
  rows(): StratumRow[] {
    return [...this.#rows.values()];
  }

  #rowOf(stratum: Stratum): StratumRow {
    const key = `${stratum.jobs} ${stratum.condition}`;
    const row = this.#rows.get(key) ?? { stratum, counts: noRuns(), endedMs: 0, openMs: 0 };
    this.#rows.set(key, row);
    return row;
  }
}

export function stratumSummary({ stratum, counts, endedMs, openMs }: StratumRow): StratumSummary {
  const elapsedMs = endedMs + openMs;
  const runs = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const runsPerSecond = elapsedMs > 0 ? (1000 * runs) / elapsedMs : 0;
  return { stratum, counts: { ...counts }, eligible: eligibleRuns(counts), elapsedMs, runsPerSecond };
}

/** Runs that could have failed: skipped and invalid ones are never in a denominator. */
export function eligibleRuns(counts: Record<Verdict, number>): number {
  return counts.pass + counts.fail + counts.masked + counts.hang;
}

function noRuns(): Record<Verdict, number> {
  return { pass: 0, fail: 0, masked: 0, skip: 0, hang: 0, invalid: 0 };
}
