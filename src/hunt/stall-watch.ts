/** A process is not let run for so long only on a machine that is as good as frozen. */
const frozenMs = 3000;

/** Notices, at a timer that should go off every `periodMs`, that this process was not let run for a while. */
export class StallWatch {
  readonly #periodMs: number;
  #last: number;

  /** @param now milliseconds of a monotonic clock */
  constructor(periodMs: number, now: number) {
    this.#periodMs = periodMs;
    this.#last = now;
  }

  /** For how many milliseconds the machine has been frozen since the last look; 0 when it was not. */
  look(now: number): number {
    const late = now - this.#last - this.#periodMs;
    this.#last = now;
    return late >= frozenMs ? late : 0;
  }
}
