import type { HuntEvent } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import { Dropouts } from './dropouts.ts';
import { Ledger } from './ledger.ts';
import { Lessons } from './lessons.ts';

/** All that the search knows of a hunt, folded from its events: a resumed hunt searches on where it was. */
export class Memory {
  readonly ledger: Ledger;
  readonly lessons: Lessons;
  readonly dropouts = new Dropouts();

  constructor({ conditions, masked }: Pick<HuntHeader, 'conditions' | 'masked'>) {
    const base = conditions[0] ?? 'plain';
    this.ledger = new Ledger(base, masked);
    this.lessons = new Lessons(base);
  }

  /** Takes the next event of the log, in the log's order. */
  apply(event: HuntEvent): void {
    this.ledger.apply(event);
    this.lessons.apply(event);
    this.dropouts.apply(event);
  }
}
