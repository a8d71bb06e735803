import { align, threadPath } from '../../explain/align.ts';
import { bestGuess, look } from '../../explain/look.ts';
import { mayMeet } from '../../explain/may-meet.ts';
import { threadOf } from '../../explain/traced-events.ts';
import type { EventOrder } from '../../model/explain.ts';
import type { Bench, ForcedOrder } from './bench.ts';
import { provoking } from './provoking.ts';

/** The tightest order that still decides. */
export interface Bracket {
  order: EventOrder;
  /** What provokes it. */
  forced: ForcedOrder;
  /** Where the first event's thread stands last while nothing is decided. */
  standing: string;
  /** The last event before `order.first` that failing and passing runs both have: where the two part. */
  parting: string;
  /**
   * The event of that thread before which `order.second` has to happen as well, for it passes when it comes later; null: it
   * fails then, too.
   */
  within: string | null;
}

const lookRuns = { rounds: 2, each: 4 };
const mostLooks = 4;
/** So many of the runs that have not the order are enough to give it up. */
const infeasible = 0.9;

/**
 * Narrows a proven order to the point of decision. `second` moves on along its thread while holding it there still makes
 * the run fail: at its last such event the deed is done. Then `second` is let go while the other thread stands at one of its
 * events: where that still makes it pass, nothing was decided before; the last such event is `first`. Both are found by
 * halving, for what is decided stays decided.
 * @param forced share of runs that failed when the order was forced
 */
export async function bracket(bench: Bench, order: EventOrder, forced: number): Promise<Bracket> {
  // A burst of load can hide where it is decided; that a second time is no chance.
  const found = (await narrowed(bench, order, forced)) ?? (await narrowed(bench, order, forced));
  if (found !== null) return found;
  const { first } = order;
  return { order, forced: provoking(bench, order), standing: first, parting: first, within: null };
}

/** Null: it was not seen to fail at any event of the first one's thread. */
async function narrowed(bench: Bench, { first, second }: EventOrder, forced: number): Promise<Bracket | null> {
  const failing = bench.runs.filter(({ failed }) => failed);
  const passing = bench.runs.filter(({ failed }) => !failed);
  const fails = async (order: ForcedOrder) => await failsForced(bench, order, forced);
  const onwards = after(threadPath(passing, threadOf(second)), second);
  const steps = await countWhile(onwards, (key) => fails(provoking(bench, { first, second: key })));
  const decided = onwards[steps - 1] ?? second;
  const path = threadPath(failing, threadOf(first));
  const failsAt = async (place: number) => {
    const key = path[place];
    return key !== undefined && (await fails(meanwhile({ first: decided, second: key })));
  };
  // The last event of a thread has none behind it.
  const at = await firstFailing(Math.min(path.indexOf(first) + 1, path.length - 1), path.length, failsAt);
  if (at === null) return null;
  const anchors = new Set(align(bench.runs).anchors);
  const deciding = path[Math.max(0, at - 1)] ?? first;
  const parting = path.slice(0, Math.max(1, at)).findLast((key) => anchors.has(key)) ?? deciding;
  const passesAgain = at + 1 < path.length && !(await failsAt(at + 1)) && !(await failsAt(at + 1));
  const within = passesAgain ? (path[at] ?? null) : null;
  const rest = { standing: deciding, parting: parting ?? deciding, within };
  const next = path[at];
  if (next !== undefined && meet(bench, decided, next) && !meet(bench, decided, deciding)) {
    // Decided between two calls: a look at what both threads share, before the call that acts on it.
    const order = { first: next, second: decided };
    return { order, forced: { ...order, mode: 'order', after: 'release', offsetUs: 0 }, ...rest };
  }
  const order = { first: deciding, second: decided };
  return { order, forced: provoking(bench, order), ...rest };
}

/** Whether runs fail because the order is forced; what is unclear after some looks goes by what is likelier. */
async function failsForced(bench: Bench, order: ForcedOrder, forced: number): Promise<boolean> {
  const base = bench.baseRate();
  const sum = { failures: 0, runs: 0, infeasible: 0 };
  for (let made = 0; made < mostLooks; made++) {
    const [result] = await bench.force([order], lookRuns);
    if (result === undefined) return false;
    for (const key of ['failures', 'runs', 'infeasible'] as const) sum[key] += result[key];
    if (sum.infeasible > infeasible * sum.runs) return false;
    if (sum.infeasible > sum.runs / 2) continue;
    const said = look(sum.failures, sum.runs, forced, base);
    if (said !== 'unclear') return said === 'fails';
  }
  return sum.infeasible <= sum.runs / 2 && bestGuess(sum.failures, sum.runs, forced, base) === 'fails';
}

/** Whether two events are about objects by which one can bear on the other. */
function meet({ runs }: Bench, one: string, other: string): boolean {
  const objectOf = (key: string) => {
    return runs.flatMap(({ events }) => events).find((event) => event.key === key)?.object ?? null;
  };
  return mayMeet(objectOf(one), objectOf(other));
}

const mostOnwards = 4;

/** The first place at which it fails, near `start` or before it; null: not seen. */
async function firstFailing(
  start: number,
  end: number,
  failsAt: (place: number) => Promise<boolean>,
): Promise<number | null> {
  let at = start;
  while (!(await failsAt(at))) {
    at++;
    if (at >= end || at > start + mostOnwards) return null;
  }
  if (at > start) return at;
  let good = 0;
  while (at > good) {
    const middle = Math.floor((good + at) / 2);
    if (await failsAt(middle)) at = middle;
    else good = middle + 1;
  }
  return at;
}

/** `first` happens while the other thread stands at `second`. */
export function meanwhile(order: EventOrder): ForcedOrder {
  return { ...order, mode: 'interleave', after: 'done', offsetUs: 0 };
}

function after(path: readonly string[], key: string): string[] {
  const place = path.indexOf(key);
  return place === -1 ? [] : path.slice(place + 1);
}

/** For how many of the candidates it holds: for all up to some place, and for none behind. */
async function countWhile(candidates: readonly string[], holds: (key: string) => Promise<boolean>): Promise<number> {
  let [good, bad] = [0, candidates.length];
  while (bad > good) {
    const at = Math.floor((good + bad) / 2);
    const key = candidates[at];
    if (key !== undefined && (await holds(key))) good = at + 1;
    else bad = at;
  }
  return good;
}
