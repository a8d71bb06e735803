import type { TracedEvent, TracedRun } from '../model/explain.ts';

/**
 * A run from the words of its schedule: `0:a 0.1:x 0:b` are three calls at 0, 10 and 20 us, each done when its thread makes the
 * next one. `@ring1` behind a call is its object.
 */
export function traced(schedule: string, failed: boolean, condition = 'chaos:note'): TracedRun {
  const events: TracedEvent[] = [];
  const last = new Map<string, TracedEvent>();
  for (const [index, word] of schedule.split(' ').entries()) {
    const [, thread = '', call = '', object = null] = /^([\d.]+):(\w+)(?:@(\w+))?$/.exec(word) ?? [];
    const releasedUs = 10 * index;
    const event: TracedEvent = { key: keyed(`${thread}:${call}`), thread, call, object, releasedUs, doneUs: null };
    const before = last.get(thread);
    if (before !== undefined) before.doneUs = releasedUs - 5;
    last.set(thread, event);
    events.push(event);
  }
  return { condition, failed, events };
}

/** Key of `0.1:x`. */
export function keyed(word: string): string {
  const [thread, call] = word.split(':');
  return `${thread}/0:${call}:0:0`;
}

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
