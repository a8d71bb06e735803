import type { EventOrder, Interleaving, OrderScore, TracedRun } from '../model/explain.ts';
import { fisherExact } from '../stats/fisher.ts';
import { type Alignment, threadPath } from './align.ts';
import { type Counts, type Holds, OrderTable, scoreOf } from './order-table.ts';
import { threadOf } from './traced-events.ts';

/** Two orders at once need this many failures to be told from chance. */
export const failuresForTwo = 50;

/** Pairs of single orders that are looked at. */
const mostSingles = 60;
const mostFound = 4;

/**
 * Interleavings that tell failing runs from passing ones: what one thread does happens between two events of another (A1
 * before B, and B before A2), or two threads have both begun before either has ended. Two kinds of evidence: pairs of
 * orders that hold together in failing runs, and acts of two threads, on one object, which only failing runs have both of.
 */
export function findInterleavings(runs: readonly TracedRun[], { anchors, divergent }: Alignment): Interleaving[] {
  const acts = bothAct(runs, divergent);
  const failures = runs.filter(({ failed }) => failed).length;
  return [...(failures >= failuresForTwo ? ofTwoOrders(runs, anchors) : []), ...acts];
}

interface Single {
  order: EventOrder;
  holds: Holds;
}

/** Greedy: orders that hold in all failing runs, and pairs of them in opposite directions. */
function ofTwoOrders(runs: readonly TracedRun[], anchors: readonly string[]): Interleaving[] {
  const table = new OrderTable(runs, anchors);
  const singles = necessaryOrders(table);
  const path = new Map<string, number>();
  for (const thread of new Set(anchors.map(threadOf)))
    for (const [place, key] of threadPath(runs, thread).entries()) path.set(key, place);
  const place = (key: string) => path.get(key) ?? 0;
  const found: (Interleaving & { score: OrderScore; tightness: number })[] = [];
  for (const one of singles) {
    for (const two of singles) {
      const [a1, b] = [one.order.first, one.order.second];
      const [b1, a2] = [two.order.first, two.order.second];
      if (threadOf(a1) !== threadOf(a2) || threadOf(b) !== threadOf(b1)) continue;
      if (place(a1) >= place(a2) || place(b1) > place(b)) continue;
      const holds = one.holds.map((value, i) =>
        Math.max(value, two.holds[i] ?? 2) === 2 ? 2 : value & (two.holds[i] ?? 0),
      );
      const counts = table.count(holds);
      const better = Math.min(...[one, two].map((single) => table.count(single.holds).passing.held));
      if (counts.passing.held > better / 2) continue;
      const score = { ...scoreOf(counts, table.failures), q: chanceOf(counts) };
      const prevent = { first: a2, second: b1 };
      found.push({ first: b, second: a2, prevent, score, tightness: place(a2) - place(a1) + place(b) - place(b1) });
    }
  }
  found.sort((x, y) => y.score.importance - x.score.importance || x.tightness - y.tightness);
  return found.slice(0, mostFound).map(({ first, second, prevent, score }) => ({ first, second, prevent, score }));
}

/**
 * Part of the failing runs that a necessary order holds in: a call may have had its effect a while before its thread comes to
 * the next one.
 */
const nearlyAll = 0.8;

/** Those that nearly all failing runs have, and not all passing ones, the rarer first. */
function necessaryOrders(table: OrderTable): Single[] {
  const singles = table.orders().flatMap((order) => {
    const holds = table.holds(order);
    const { failing, passing } = table.count(holds);
    const isNecessary = failing.held >= nearlyAll * failing.seen && passing.held < 0.95 * passing.seen;
    return isNecessary ? [{ order, holds, share: passing.held / Math.max(1, passing.seen) }] : [];
  });
  return singles.sort((a, b) => a.share - b.share).slice(0, mostSingles);
}

function chanceOf({ failing, passing }: Counts): number {
  const { greater } = fisherExact(
    { failures: failing.held, runs: failing.seen },
    { failures: passing.held, runs: passing.seen },
  );
  return greater;
}

/** The first acts of two threads on one object that passing runs do not both have. */
function bothAct(runs: readonly TracedRun[], divergent: readonly string[]): Interleaving[] {
  const failing = runs.filter(({ failed }) => failed);
  const passing = runs.filter(({ failed }) => !failed);
  const counts = (side: readonly TracedRun[]) => {
    const found = new Map<string, number>();
    for (const { events } of side)
      for (const key of new Set(events.map((event) => event.key))) found.set(key, (found.get(key) ?? 0) + 1);
    return found;
  };
  const [inFailing, inPassing] = [counts(failing), counts(passing)];
  const objects = new Map(failing.flatMap(({ events }) => events.map(({ key, object }) => [key, object] as const)));
  // Each act may happen in passing runs, too, but not both.
  const acts = [...inFailing].filter(([key, count]) => {
    const share = (inPassing.get(key) ?? 0) / Math.max(1, passing.length);
    return count >= 0.8 * failing.length && (share <= 0.8 || divergent.includes(key));
  });
  const found: Interleaving[] = [];
  for (const [first] of acts) {
    for (const [second] of acts) {
      const [one, two] = [threadOf(first), threadOf(second)];
      if (one >= two || objects.get(first) !== objects.get(second)) continue;
      const both = passing.filter(({ events }) => [first, second].every((key) => events.some((e) => e.key === key)));
      if (both.length > 0.2 * passing.length) continue;
      const opening = threadPath(runs, two).at(0);
      if (opening !== undefined) found.push({ first, second, prevent: { first, second: opening }, score: null });
    }
  }
  const place = new Map<string, number>();
  for (const { events } of failing)
    for (const [at, { key }] of events.entries()) if (!place.has(key)) place.set(key, at);
  const at = ({ first, second }: Interleaving) => (place.get(first) ?? 0) + (place.get(second) ?? 0);
  return found.sort((a, b) => at(a) - at(b)).slice(0, mostFound);
}
