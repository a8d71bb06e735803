import { EnvironmentError } from '../errors.ts';
import type { NightCell } from '../model/night.ts';
import type { NightEvent, NightRecord } from '../model/night-events.ts';

/** Folds the log of a night, in its order, into the night as it stands. */
export class NightFold {
  readonly #cells = new Map<string, NightCell>();
  readonly #hunts = new Map<string, NightRecord['hunts'][number]>();
  readonly #loads: NightRecord['loads'] = [];
  readonly #bisects: NightRecord['bisects'] = [];
  readonly #notes = new Set<string>();
  #header: NightRecord['header'] | null = null;
  #refusal: string | null = null;
  #ended: NightRecord['ended'] = null;
  #elapsedMs = 0;
  #sessionBegan = 0;
  #latest = 0;

  apply(event: NightEvent): void {
    if (event.type === 'session') {
      this.#elapsedMs += Math.max(0, this.#latest - this.#sessionBegan);
      this.#sessionBegan = event.t;
      this.#ended = null;
    }
    // What is searched afterwards is not the night.
    if (event.type !== 'bisected') this.#latest = event.t;
    switch (event.type) {
      case 'night':
        this.#header = event.header;
        this.#sessionBegan = event.t;
        return;
      case 'begun':
        this.#hunts.set(keyOf(event), { test: event.test, condition: event.condition, hunt: event.hunt });
        return;
      case 'load':
        this.#loads.push({ t: event.t, overloaded: event.overloaded });
        return;
      case 'cell':
        this.#cells.set(keyOf(event.cell), event.cell);
        return;
      case 'note':
        this.#notes.add(event.text);
        return;
      case 'refused':
        this.#refusal = event.text;
        return;
      case 'bisected':
        this.#bisects.push({ test: event.test, bisect: event.bisect, exitCode: event.exitCode });
        return;
      case 'end':
        this.#ended = { reason: event.reason, exitCode: event.exitCode };
        return;
    }
  }

  /** @throws EnvironmentError before the header was seen */
  record(): NightRecord {
    if (this.#header === null) throw new EnvironmentError('The log of the night is empty.');
    return {
      header: this.#header,
      cells: [...this.#cells.values()],
      hunts: [...this.#hunts.values()],
      loads: [...this.#loads],
      notes: [...this.#notes],
      refusal: this.#refusal,
      bisects: [...this.#bisects],
      elapsedMs: this.#elapsedMs + Math.max(0, this.#latest - this.#sessionBegan),
      ended: this.#ended,
    };
  }
}

export async function foldNight(events: AsyncIterable<NightEvent>): Promise<NightRecord> {
  const fold = new NightFold();
  for await (const event of events) fold.apply(event);
  return fold.record();
}

function keyOf({ test, condition }: { test: string; condition: string }): string {
  return JSON.stringify([test, condition]);
}
