import type { TracedEvent } from '../model/explain.ts';

/**
 * The calls of a run from the lines of its trace (src/native/PROTOCOL.md, "Traces"), in the order they were let go. A call
 * is done when its thread makes its next one: held threads arrive early, so times of arrival order nothing else.
 */
export function tracedEvents(lines: string): TracedEvent[] {
  const events: TracedEvent[] = [];
  const last = new Map<string, TracedEvent>();
  for (const line of lines.split('\n')) {
    const [strand = '', call = '', site = '', k = '', arrived = '', released = '', , object = '-'] = line.split(' ');
    if (released === '') continue;
    const thread = strand.split('/')[0] ?? '';
    const key = `${strand}:${call}:${site}:${k}`;
    const event: TracedEvent = {
      ...{ key, thread, call },
      object: object === '-' ? null : object,
      releasedUs: Number(released),
      doneUs: null,
    };
    const before = last.get(thread);
    if (before !== undefined) before.doneUs = Number(arrived);
    last.set(thread, event);
    events.push(event);
  }
  return events;
}

/** Thread of an event, from its key. */
export function threadOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}
