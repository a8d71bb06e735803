import { UsageError } from '../errors.ts';
import type { Learnt, Stratum } from '../model/condition.ts';
import type { RunRanges } from '../model/engine.ts';
import type { ClassEvent, HuntEvent } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';

/** What a log knows of one run. */
export interface FoundRun {
  header: HuntHeader;
  run: number;
  /** The class of outcomes it belongs to. Everything in it but the judgement is of the class's first run. */
  event: ClassEvent;
  /** The run is that first one: usage, stacks and core are its own. */
  first: boolean;
  /** Its duration in microseconds; null when the log holds only the sum of many runs. */
  wallUs: number | null;
  /** Null in a log whose batch was not recorded. */
  stratum: Stratum | null;
  /** What filled in the condition for the run's batch; null where nothing had to be learnt. */
  learnt: Learnt | null;
}

/**
 * Looks a run up by its number. A class's first run has an event of its own, later ones are in tallies.
 * @throws UsageError when the hunt has no such run, with the numbers there are.
 */
export async function findRun(events: AsyncIterable<HuntEvent>, run: number): Promise<FoundRun> {
  const classes = new Map<number, ClassEvent>();
  const batches = new Map<number, { stratum: Stratum; learnt: Learnt | null }>();
  let header: HuntHeader | null = null;
  let last = 0;
  for await (const event of events) {
    if (event.type === 'hunt') header = event.header;
    if (event.type === 'batch') {
      batches.set(event.batch, { stratum: event.stratum, learnt: event.learnt ?? null });
    }
    if (event.type === 'class') {
      classes.set(event.class, event);
      last = Math.max(last, event.run);
    }
    if (event.type === 'tally') last = event.runs.reduce((most, [, end]) => Math.max(most, end), last);
    const hit = header === null ? null : hitIn(event, run, classes);
    if (hit !== null && header !== null) {
      const { stratum = null, learnt = null } = batches.get(hit.batch) ?? {};
      return { header, run, stratum, learnt, ...hit };
    }
  }
  throw noSuchRun(header?.id ?? 'this hunt', run, last);
}

type Hit = Pick<FoundRun, 'event' | 'first' | 'wallUs'> & { batch: number };

function hitIn(event: HuntEvent, run: number, classes: Map<number, ClassEvent>): Hit | null {
  if (event.type === 'class' && event.run === run) {
    return { event, first: true, wallUs: event.usage.wallUs, batch: event.batch };
  }
  const place = event.type === 'tally' ? placeIn(event.runs, run) : null;
  if (event.type !== 'tally' || place === null) return null;
  const own = classes.get(event.class);
  return own === undefined
    ? null
    : { event: own, first: false, wallUs: event.eachUs?.[place] ?? null, batch: event.batch };
}

/** Index of `run` among the numbers that `ranges` list, null when it is none of them. */
function placeIn(ranges: RunRanges, run: number): number | null {
  let before = 0;
  for (const [first, last] of ranges) {
    if (run >= first && run <= last) return before + run - first;
    before += last - first + 1;
  }
  return null;
}

function noSuchRun(hunt: string, run: number, last: number): UsageError {
  if (last === 0) return new UsageError(`Hunt ${hunt} has no runs yet.`);
  if (run > last) return new UsageError(`Hunt ${hunt} has no run ${run}: its runs are numbered 1 to ${last}.`);
  return new UsageError(
    `Run ${run} of hunt ${hunt} left no record: it was cut off when a session of the hunt ended, and counts nowhere. The hunt's runs are numbered 1 to ${last}.`,
  );
}
