import type { EventOrder, OrderScore, TracedRun } from '../model/explain.ts';
import { wilsonLow } from '../stats/wilson.ts';
import { threadOf } from './traced-events.ts';

/** Whether an order holds in each of some runs: 1 it does, 0 it does not, 2 one of the events is missing. */
export type Holds = Uint8Array;

export interface Counts {
  failing: { held: number; seen: number };
  passing: { held: number; seen: number };
}

/** A part of the runs that is as good as none. */
const rarely = 0.05;

/** When the events were let go and done in each run. */
export class OrderTable {
  readonly #runs: readonly TracedRun[];
  readonly #failed: boolean[];
  readonly #released = new Map<string, Float64Array>();
  readonly #done = new Map<string, Float64Array>();

  constructor(runs: readonly TracedRun[], keys: readonly string[]) {
    this.#runs = runs;
    this.#failed = runs.map(({ failed }) => failed);
    for (const key of keys) {
      this.#released.set(key, new Float64Array(runs.length).fill(Number.NaN));
      this.#done.set(key, new Float64Array(runs.length).fill(Number.NaN));
    }
    for (const [index, { events }] of runs.entries()) {
      for (const { key, releasedUs, doneUs } of events) {
        const [released, done] = [this.#released.get(key), this.#done.get(key)];
        if (released === undefined || done === undefined) continue;
        released[index] = releasedUs;
        done[index] = doneUs ?? Number.NaN;
      }
    }
    for (const [key, done] of this.#done) this.#endLast(done, this.#released.get(key));
  }

  /**
   * The end of a thread's last call is not seen. Of a call that is always the last one it is taken to be when it was let go;
   * of one that is so in some runs it is not known there.
   */
  #endLast(done: Float64Array, released: Float64Array | undefined): void {
    if (released === undefined || done.filter((us) => !Number.isNaN(us)).length > rarely * done.length) return;
    done.set(released);
  }

  /** All pairs of events of different threads. */
  orders(): EventOrder[] {
    const keys = [...this.#released.keys()];
    return keys.flatMap((first) =>
      keys.filter((second) => threadOf(second) !== threadOf(first)).map((second) => ({ first, second })),
    );
  }

  holds({ first, second }: EventOrder): Holds {
    const done = this.#done.get(first);
    const begins = this.#released.get(first);
    const released = this.#released.get(second);
    return Uint8Array.from(this.#runs, (_, i) => {
      const [begun, over] = [begins?.[i] ?? Number.NaN, done?.[i] ?? Number.NaN];
      const other = released?.[i] ?? Number.NaN;
      if (other < begun) return 0;
      return Number.isNaN(over + other) ? 2 : over <= other ? 1 : 0;
    });
  }

  /** Microseconds between the two in each run that has both; negative where the second came first. */
  gaps({ first, second }: EventOrder): number[] {
    const done = this.#done.get(first);
    const released = this.#released.get(second);
    return this.#runs.flatMap((_, i) => {
      const gap = (released?.[i] ?? Number.NaN) - (done?.[i] ?? Number.NaN);
      return Number.isNaN(gap) ? [] : [gap];
    });
  }

  count(holds: Holds): Counts {
    const counts = { failing: { held: 0, seen: 0 }, passing: { held: 0, seen: 0 } };
    for (const [index, value] of holds.entries()) {
      if (value === 2) continue;
      const side = this.#failed[index] === true ? counts.failing : counts.passing;
      side.seen++;
      side.held += value;
    }
    return counts;
  }

  get failures(): number {
    return this.#failed.filter(Boolean).length;
  }
}

/** How much more often failing runs have the order than passing ones: 1 where it tells them apart, 0 where it tells nothing. */
export function separation({ failing, passing }: Counts): number {
  return failing.held / Math.max(1, failing.seen) - passing.held / Math.max(1, passing.seen);
}

/**
 * Increase and importance of a predicate (B. Liblit, M. Naik, A. X. Zheng, A. Aiken, M. I. Jordan, "Scalable Statistical
 * Bug Isolation", 2005), with the lower end of Wilson's interval for the failing share.
 */
export function scoreOf({ failing, passing }: Counts, failures: number): Omit<OrderScore, 'q'> {
  const seen = failing.seen + passing.seen;
  const held = failing.held + passing.held;
  const context = seen === 0 ? 0 : failing.seen / seen;
  const increase = held === 0 ? 0 : failing.held / held - context;
  const increaseLow = wilsonLow(failing.held, held) - context;
  const coverage = failures <= 1 || failing.held === 0 ? 0 : Math.log(failing.held) / Math.log(failures);
  // Where all runs with both events fail nothing is left to increase; relative to what is left it compares.
  const relative = context >= 1 ? 0 : increase / (1 - context);
  const importance = relative <= 0 || coverage <= 0 ? 0 : 2 / (1 / relative + 1 / coverage);
  return { failing, passing, increase, increaseLow, importance };
}
