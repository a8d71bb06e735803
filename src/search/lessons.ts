import type { Chaos, Learnt } from '../model/condition.ts';
import type { HuntEvent } from '../model/events.ts';
import { DurationHistogram, durationBucket } from '../stats/histogram.ts';

/** Before the first run: a little more than a small test with two threads has. */
const usual: Learnt = { horizon: 32, spanUs: 4000 };

/** Each tells the median of the runs of a fraction of a second, under whatever arm was on. */
const horizonsKept = 15;

/** What the runs of a hunt teach about its test, for arms of chaos that scale what they draw by it; see Learnt. */
export class Lessons {
  readonly #base: string;
  readonly #conditions = new Map<number, string>();
  readonly #couldFail = new Set<number>();
  /** Of runs under the base condition. */
  readonly #durations = new DurationHistogram();
  #shortestUs = Number.POSITIVE_INFINITY;
  /** The last ones told for each choice of calls; the choice told last stands last. */
  readonly #horizons = new Map<string, number[]>();

  /** @param base canonical text of the condition that is not perturbed */
  constructor(base: string) {
    this.#base = base;
  }

  /** Takes the next event of the log, in the log's order. */
  apply(event: HuntEvent): void {
    switch (event.type) {
      case 'batch':
        this.#conditions.set(event.batch, event.stratum.condition);
        return;
      case 'class':
        if (event.judgement.verdict === 'skip' || event.judgement.verdict === 'invalid') return;
        this.#couldFail.add(event.class);
        this.#time(event.batch, [[durationBucket(event.usage.wallUs), 1]], event.usage.wallUs);
        return;
      case 'tally':
        if (this.#couldFail.has(event.class)) this.#time(event.batch, event.histogram, event.wall.minUs);
        return;
      case 'effect':
        if (event.runs > 0 && event.events > 0) this.#learnHorizon(event.batch, event.horizon);
        return;
      case 'batch-end':
        this.#conditions.delete(event.batch);
        return;
    }
  }

  /**
   * Null where the chaos leaves nothing to be learnt.
   * @param condition canonical text of the condition the chaos is a part of
   */
  learnt(chaos: Chaos | null, condition: string): Learnt | null {
    if (chaos === null || !leavesOpen(chaos)) return null;
    return { horizon: this.#horizonOf(condition), spanUs: this.#spanUs() };
  }

  #time(batch: number, histogram: [bucket: number, count: number][], shortestUs: number): void {
    this.#shortestUs = Math.min(this.#shortestUs, shortestUs);
    if (this.#conditions.get(batch) !== this.#base) return;
    for (const [bucket, count] of histogram) this.#durations.add(bucket, count);
  }

  #learnHorizon(batch: number, horizon: number): void {
    const calls = callsOf(this.#conditions.get(batch) ?? '');
    const told = [...(this.#horizons.get(calls) ?? []), Math.max(1, horizon)];
    this.#horizons.delete(calls);
    this.#horizons.set(calls, told.slice(-horizonsKept));
  }

  /** Of an arm that steps in at the same calls, else of the last one. */
  #horizonOf(condition: string): number {
    const told = this.#horizons.get(callsOf(condition)) ?? [...this.#horizons.values()].at(-1) ?? [usual.horizon];
    return told.toSorted((a, b) => a - b)[told.length >> 1] ?? usual.horizon;
  }

  /** Without ordinary runs the shortest one is the nearest to them: being held only makes runs longer. */
  #spanUs(): number {
    const median = Math.round(this.#durations.quantile(0.5));
    if (median > 0) return median;
    return Number.isFinite(this.#shortestUs) ? Math.max(1, this.#shortestUs) : usual.spanUs;
  }
}

function leavesOpen(chaos: Chaos): boolean {
  return ('horizon' in chaos && chaos.horizon === null) || ('spanUs' in chaos && chaos.spanUs === null);
}

/** `lifecycle+sync` of `chaos:pct:2/lifecycle+sync`; empty for the usual choice of calls. */
function callsOf(condition: string): string {
  return /(?:^|,)chaos:[^,/]*\/([a-z+]+)/.exec(condition)?.[1] ?? '';
}
