import type { Stratum } from '../model/condition.ts';
import type { EffectRecord } from '../model/engine.ts';
import type { Effect, HuntSummary, StratumSummary } from '../model/summary.ts';
import type { Verdict } from '../model/verdict.ts';

/** Counts and hunting time of one stratum; as a key it stands for the stratum. */
export interface StratumRow {
  readonly stratum: Stratum;
  readonly counts: Record<Verdict, number>;
  /** Of its batches that ended, as the engine measured them. */
  endedMs: number;
  /** Of the batch that is running, by the log's clock. */
  openMs: number;
  /** What the perturbation did; null as long as the engine tells nothing. */
  effect: Effect | null;
}

/** Runs whose batch the log does not tell (it is damaged). */
const unknownStratum: Stratum = { condition: 'unknown', jobs: 0 };

/** Counts runs and time per stratum. Batches run one after the other; those that wait for the first take no time yet. */
export class StrataFold {
  readonly #rows = new Map<string, StratumRow>();
  readonly #batches = new Map<number, StratumRow>();
  readonly #counts = noRuns();
  #runs = 0;
  /** Batches that began and have not ended, in their order: the first one runs. */
  #open: { batch: number; row: StratumRow }[] = [];
  #lastT: number | null = null;

  /** The log's clock reads `t` milliseconds; it may jump back (the machine's clock was set), then no time has passed. */
  tick(t: number): void {
    const running = this.current();
    if (running !== null && this.#lastT !== null) running.openMs += Math.max(0, t - this.#lastT);
    this.#lastT = t;
  }

  begin(batch: number, stratum: Stratum): void {
    const row = this.#rowOf(stratum);
    this.#batches.set(batch, row);
    this.#open.push({ batch, row });
  }

  /** A batch ended after `elapsedMs`; the next one in line runs from here on. */
  end(batch: number, elapsedMs: number): void {
    const index = this.#open.findIndex((open) => open.batch === batch);
    const [ended] = index === -1 ? [] : this.#open.splice(index, 1);
    if (ended === undefined) return;
    ended.row.endedMs += elapsedMs;
    if (index === 0) ended.row.openMs = 0;
  }

  /** Nothing runs from here on. */
  pause(): void {
    const running = this.current();
    this.#open = [];
    if (running === null) return;
    running.endedMs += running.openMs;
    running.openMs = 0;
  }

  /** Of the batch that runs. */
  current(): StratumRow | null {
    return this.#open[0]?.row ?? null;
  }

  of(batch: number): StratumRow {
    return this.#batches.get(batch) ?? this.#rowOf(unknownStratum);
  }

  count(row: StratumRow, verdict: Verdict, count: number): void {
    row.counts[verdict] += count;
    this.#counts[verdict] += count;
    this.#runs += count;
  }

  addEffect(record: EffectRecord): void {
    const row = this.of(record.batch);
    row.effect = sumOf(row.effect, record);
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
    const row = this.#rows.get(key) ?? { stratum, counts: noRuns(), endedMs: 0, openMs: 0, effect: null };
    this.#rows.set(key, row);
    return row;
  }
}

export function stratumSummary({ stratum, counts, endedMs, openMs, effect }: StratumRow): StratumSummary {
  const elapsedMs = endedMs + openMs;
  const runs = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const runsPerSecond = elapsedMs > 0 ? (1000 * runs) / elapsedMs : 0;
  return { stratum, counts: { ...counts }, eligible: eligibleRuns(counts), elapsedMs, runsPerSecond, effect };
}

/** Runs that could have failed: skipped and invalid ones are never in a denominator. */
export function eligibleRuns(counts: Record<Verdict, number>): number {
  return counts.pass + counts.fail + counts.masked + counts.hang;
}

/** The horizon is no sum but a running median: the last one stands. */
function sumOf(before: Effect | null, counts: EffectRecord): Effect {
  return {
    runs: counts.runs + (before?.runs ?? 0),
    threads: counts.threads + (before?.threads ?? 0),
    events: counts.events + (before?.events ?? 0),
    concurrent: counts.concurrent + (before?.concurrent ?? 0),
    held: counts.held + (before?.held ?? 0),
    heldUs: counts.heldUs + (before?.heldUs ?? 0),
    releases: counts.releases + (before?.releases ?? 0),
    points: counts.points + (before?.points ?? 0),
    cancelled: counts.cancelled + (before?.cancelled ?? 0),
    voluntarySwitches: counts.voluntarySwitches + (before?.voluntarySwitches ?? 0),
    involuntarySwitches: counts.involuntarySwitches + (before?.involuntarySwitches ?? 0),
    sampled: counts.sampled + (before?.sampled ?? 0),
    migrations: counts.migrations + (before?.migrations ?? 0),
    horizon: counts.horizon,
  };
}

function noRuns(): Record<Verdict, number> {
  return { pass: 0, fail: 0, masked: 0, skip: 0, hang: 0, invalid: 0 };
}
