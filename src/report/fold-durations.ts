import type { TallyRecord } from '../model/engine.ts';
import type { HuntSummary } from '../model/summary.ts';
import { DurationHistogram, durationBucket } from '../stats/histogram.ts';

/** How long runs take: smallest, largest, and quantiles from a histogram. */
export class DurationFold {
  readonly #histogram = new DurationHistogram();
  #minUs = Number.POSITIVE_INFINITY;
  #maxUs = Number.NEGATIVE_INFINITY;

  /** The first run of a class. */
  addFirst(us: number): void {
    this.#histogram.add(durationBucket(us), 1);
    this.#stretch(us, us);
  }

  addTally({ histogram, wall }: TallyRecord): void {
    for (const [bucket, count] of histogram) this.#histogram.add(bucket, count);
    this.#stretch(wall.minUs, wall.maxUs);
  }

  summary(): HuntSummary['wall'] {
    if (this.#minUs > this.#maxUs) return null;
    return {
      minUs: this.#minUs,
      medianUs: this.#within(this.#histogram.quantile(0.5)),
      p99Us: this.#within(this.#histogram.quantile(0.99)),
      maxUs: this.#maxUs,
    };
  }

  #stretch(minUs: number, maxUs: number): void {
    this.#minUs = Math.min(this.#minUs, minUs);
    this.#maxUs = Math.max(this.#maxUs, maxUs);
  }

  /** A bucket is wider than what was seen of it. */
  #within(us: number): number {
    return Math.round(Math.min(this.#maxUs, Math.max(this.#minUs, us)));
  }
}
