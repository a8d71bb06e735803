import type { Batch } from '../model/engine.ts';
import type { ClassEvent, HuntEvent } from '../model/events.ts';
import type { Dropouts, Part } from '../search/dropouts.ts';

/** A part of conditions that cannot be put in force, and why, as a clause. */
export interface Refusal {
  part: Part;
  text: string;
}

/** Why chaos and a test do not go together; see Ending. */
const misfits = {
  seccomp: 'the test filters system calls itself',
  setuid: 'the test starts a set-uid program, which would lose its rights',
};

type RefusedEvent = Extract<HuntEvent, { type: 'refused' }>;

/** Makes of what is found out about a part of conditions an event, once. */
export class Refusals {
  readonly #dropouts: Dropouts;
  readonly #tell: (event: Omit<RefusedEvent, 't'>) => void;

  /** @param tell takes the event to where `dropouts` learns of it too */
  constructor(dropouts: Dropouts, tell: (event: Omit<RefusedEvent, 't'>) => void) {
    this.#dropouts = dropouts;
    this.#tell = tell;
  }

  /** Batches that were given to the engine before may refuse the same. */
  add({ part, text }: Refusal, batch: number): void {
    if (!this.#dropouts.isRefused(part)) this.#tell({ type: 'refused', batch, part, text });
  }

  /** A test that chaos does not go with. */
  ofClass({ ending, batch }: ClassEvent): void {
    if (ending.kind === 'unfit') this.add({ part: 'chaos', text: misfits[ending.why] }, batch);
  }

  /** Some kernels give noise the CPU and nobody else, for minutes; such noise is not tried again. */
  ofStall(frozenMs: number, { id, condition }: Batch): void {
    if (frozenMs === 0 || condition.noise === null) return;
    this.add({ part: 'noise', text: `it froze this machine for ${Math.round(frozenMs / 1000)} s` }, id);
  }
}
