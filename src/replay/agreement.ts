import type { Agreement, OriginalRun, ReplayOutcome, ReplaySchedule, ReplaySummary } from '../model/replay.ts';
import type { Judgement } from '../model/verdict.ts';
import { divergence } from './divergence.ts';
import { readTrace, type Trace } from './trace.ts';

/** A thousand runs may have a thousand schedules. */
const mostSchedules = 10;

/** Folds the runs of a replay: how they ended, in which order their calls were let go, and how far they agree. */
export class ReplayFold {
  readonly #original: OriginalRun | null;
  readonly #outcomes = new Map<string, ReplayOutcome>();
  readonly #schedules = new Map<string, ReplaySchedule>();
  readonly #counts = new Map<string, number>();
  #reference: Trace | null = null;
  #firstOutcome = '';

  constructor(original: OriginalRun | null) {
    this.#original = original;
  }

  /** `count` runs that were judged alike; the first one is `outcome.firstRun`. */
  takeRuns(outcome: Omit<ReplayOutcome, 'count'>, count: number): void {
    const key = sameness(outcome.judgement);
    const known = this.#outcomes.get(key);
    if (outcome.firstRun === 1) this.#firstOutcome = key;
    if (known === undefined) this.#outcomes.set(key, { ...outcome, count });
    else known.count += count;
  }

  /** The trace of one run, in the order of the runs; a run in which nothing was intercepted has none. */
  takeTrace(run: number, hash: string, lines: string): void {
    if (lines === '') return;
    this.#counts.set(hash, (this.#counts.get(hash) ?? 0) + 1);
    this.#reference ??= readTrace(lines);
    if (this.#schedules.has(hash) || this.#schedules.size >= mostSchedules) return;
    const parts = this.#schedules.size === 0 ? null : divergence(this.#reference, readTrace(lines));
    this.#schedules.set(hash, { hash, count: 0, firstRun: run, divergence: parts });
  }

  summary(): ReplaySummary {
    const outcomes = [...this.#outcomes.values()].sort((a, b) => b.count - a.count || a.firstRun - b.firstRun);
    const [first, ...others] = [...this.#schedules.values()].map((one) => ({
      ...one,
      count: this.#counts.get(one.hash) ?? 0,
    }));
    others.sort((a, b) => b.count - a.count || a.firstRun - b.firstRun);
    return {
      runs: outcomes.reduce((sum, { count }) => sum + count, 0),
      outcomes,
      schedules: first === undefined ? [] : [first, ...others],
      differentSchedules: this.#counts.size,
      outcomeAgreement: this.#outcomeAgreement(),
      scheduleAgreement: first === undefined ? null : this.#scheduleAgreement(first.hash),
    };
  }

  #outcomeAgreement(): Agreement {
    const counts = new Map([...this.#outcomes].map(([key, { count }]) => [key, count]));
    const original = this.#original === null ? null : sameness(this.#original.judgement);
    return agreement(counts, this.#firstOutcome, original);
  }

  #scheduleAgreement(first: string): Agreement {
    return agreement(this.#counts, first, this.#original?.schedule ?? null);
  }
}

/** Runs came out the same if these are equal: a bug is told by its signature, everything else by its verdict. */
export function sameness({ verdict, signature }: Judgement): string {
  return `${verdict} ${signature?.id ?? ''}`;
}

function agreement(counts: Map<string, number>, first: string, original: string | null): Agreement {
  return {
    runs: [...counts.values()].reduce((sum, count) => sum + count, 0),
    asFirst: counts.get(first) ?? 0,
    asOriginal: original === null ? null : (counts.get(original) ?? 0),
  };
}
