import { threadPath } from '../../explain/align.ts';
import { threadOf } from '../../explain/traced-events.ts';
import type { EventOrder, Suspect } from '../../model/explain.ts';
import type { Bench, ForcedOrder } from './bench.ts';

/** The supervisor takes a call for done that sleeps this long. */
const sleepUs = 900;

/**
 * What forces an order. Where the first event is a call that sleeps until a time is up (a poll that gives up), it is over only
 * when its thread comes to what it does next in failing runs: then that is waited for.
 */
export function provoking(bench: Bench, { first, second }: EventOrder): ForcedOrder {
  const usual = { first, second, mode: 'order', after: 'done', offsetUs: 0 } as const;
  const failing = bench.runs.filter(({ failed, condition }) => failed && !condition.startsWith('chaos:force'));
  const lengths = failing.flatMap(({ events }) => {
    const event = events.find(({ key }) => key === first);
    return event === undefined || event.doneUs === null ? [] : [event.doneUs - event.releasedUs];
  });
  const median = lengths.sort((a, b) => a - b)[Math.floor(lengths.length / 2)] ?? 0;
  if (median < sleepUs) return usual;
  const path = threadPath(failing, threadOf(first));
  const next = path[path.indexOf(first) + 1];
  return next === undefined ? usual : { ...usual, first: next, after: 'release' };
}

/** A suspect, and what is forced against it. */
export function bothWays(bench: Bench, suspect: Suspect): [ForcedOrder, ForcedOrder] {
  if (suspect.kind === 'interleaving') {
    const { first, second, prevent } = suspect;
    return [
      { first, second, mode: 'interleave', after: 'done', offsetUs: 0 },
      { ...prevent, mode: 'order', after: 'done', offsetUs: 0 },
    ];
  }
  const { first, second } = suspect.prevent;
  return [
    provoking(bench, suspect.provoke),
    { first: second, second: first, mode: 'order', after: 'done', offsetUs: 0 },
  ];
}
