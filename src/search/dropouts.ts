import type { Condition } from '../model/condition.ts';
import type { HuntEvent } from '../model/events.ts';
import { type EffectCounts, tookEffect } from '../stats/took-effect.ts';

export type Part = Extract<HuntEvent, { type: 'refused' }>['part'];

/** Which conditions have shown that going on with them is pointless. */
export class Dropouts {
  readonly #refused = new Set<Part>();
  readonly #conditions = new Map<number, string>();
  readonly #effects = new Map<string, EffectCounts>();
  readonly #unfitClasses = new Set<number>();
  #unfitRuns = 0;

  /** Takes the next event of the log, in the log's order. */
  apply(event: HuntEvent): void {
    switch (event.type) {
      case 'batch':
        this.#conditions.set(event.batch, event.stratum.condition);
        return;
      case 'class':
        if (event.ending.kind !== 'unfit') return;
        this.#unfitClasses.add(event.class);
        this.#unfitRuns++;
        return;
      case 'tally':
        if (this.#unfitClasses.has(event.class)) this.#unfitRuns += event.count;
        return;
      case 'effect':
        this.#addEffect(this.#conditions.get(event.batch) ?? '', event);
        return;
      case 'batch-end':
        this.#conditions.delete(event.batch);
        return;
      case 'refused':
        this.#refused.add(event.part);
        return;
    }
  }

  /** Runs that taught nothing because chaos and the test do not go together. */
  get unfitRuns(): number {
    return this.#unfitRuns;
  }

  /** Whether the part was refused before. */
  isRefused(part: Part): boolean {
    return this.#refused.has(part);
  }

  /** The condition without the parts that cannot be put in force; itself where all can. */
  possible(condition: Condition): Condition {
    const isLost = (part: Part) => this.#refused.has(part) && uses(condition, part);
    const { noise, chaos, quota } = condition;
    if (!isLost('noise') && !isLost('chaos') && !isLost('quota')) return condition;
    return {
      ...condition,
      noise: isLost('noise') ? null : noise,
      chaos: isLost('chaos') ? null : chaos,
      quota: isLost('quota') ? null : quota,
    };
  }

  /** True once it is known that the chaos of a condition (canonical text) does nothing. */
  didNothing(condition: string): boolean {
    return tookEffect(condition, this.#effects.get(condition) ?? null) === false;
  }

  #addEffect(condition: string, effect: EffectCounts): void {
    const before = this.#effects.get(condition);
    this.#effects.set(condition, {
      runs: effect.runs + (before?.runs ?? 0),
      threads: effect.threads + (before?.threads ?? 0),
      events: effect.events + (before?.events ?? 0),
      concurrent: effect.concurrent + (before?.concurrent ?? 0),
      held: effect.held + (before?.held ?? 0),
    });
  }
}

/** Late timers are no interception, and work where that is refused. */
function uses({ chaos, noise, quota }: Condition, part: Part): boolean {
  if (part === 'chaos') return chaos !== null && chaos.arm !== 'slack';
  return part === 'noise' ? noise !== null : quota !== null;
}
