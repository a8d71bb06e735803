import type { EventOrder, OrderClass, OrderScore, TracedRun } from '../model/explain.ts';
import { falseDiscoveryRates } from '../stats/false-discovery.ts';
import { fisherExact } from '../stats/fisher.ts';
import { threadPath } from './align.ts';
import { type Counts, type Holds, OrderTable, scoreOf } from './order-table.ts';
import { threadOf } from './traced-events.ts';

/** Orders beyond this rate of false discoveries, or without a proven increase, are chance. */
const mostChance = 0.1;

/**
 * Which orders of events tell failing runs from passing ones, the best first. Of equal ones that comes first whose events
 * are closest in time. Orders that nothing tells apart are one class.
 * @param anchors events that nearly all runs have
 */
export function rankOrders(runs: readonly TracedRun[], anchors: readonly string[]): OrderClass[] {
  const table = new OrderTable(runs, anchors);
  const candidates = withScores(table);
  const classes = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const { order, holds } = candidate;
    const key = `${threadOf(order.first)} ${threadOf(order.second)} ${holds.join('')}`;
    classes.set(key, [...(classes.get(key) ?? []), candidate]);
  }
  const places = programOrder(runs, anchors);
  return [...classes.values()].map((members) => classOf(members, table, places)).sort(byRank);
}

interface Candidate {
  order: EventOrder;
  holds: Holds;
  score: OrderScore;
}

function withScores(table: OrderTable): Candidate[] {
  const { failures } = table;
  const chance = new Map<string, number>();
  const compared = table.orders().flatMap((order) => {
    const holds = table.holds(order);
    const counts = table.count(holds);
    const held = counts.failing.held + counts.passing.held;
    // An order that always or never holds says nothing.
    if (held === 0 || held === counts.failing.seen + counts.passing.seen) return [];
    return [{ order, holds, counts, p: chanceOf(counts, chance) }];
  });
  const rates = falseDiscoveryRates(compared.map(({ p }) => p));
  return compared.flatMap(({ order, holds, counts }, i) => {
    const score = { ...scoreOf(counts, failures), q: rates[i] ?? 1 };
    return score.q <= mostChance && score.increaseLow > 0 ? [{ order, holds, score }] : [];
  });
}

/** That failing runs have the order so much more often, by Fisher's test; thousands of orders share a few tables. */
function chanceOf({ failing, passing }: Counts, known: Map<string, number>): number {
  const key = [failing.held, failing.seen, passing.held, passing.seen].join();
  const found = known.get(key);
  if (found !== undefined) return found;
  const p = fisherExact(
    { failures: failing.held, runs: failing.seen },
    { failures: passing.held, runs: passing.seen },
  ).greater;
  known.set(key, p);
  return p;
}

function programOrder(runs: readonly TracedRun[], anchors: readonly string[]): Map<string, number> {
  const threads = new Set(anchors.map(threadOf));
  return new Map([...threads].flatMap((thread) => threadPath(runs, thread).map((key, place) => [key, place] as const)));
}

function classOf(members: Candidate[], table: OrderTable, places: Map<string, number>): OrderClass {
  const place = (key: string) => places.get(key) ?? 0;
  const orders = members
    .map(({ order }) => order)
    .sort((a, b) => place(b.first) - place(a.first) || place(a.second) - place(b.second));
  const [provoke = { first: '', second: '' }] = orders;
  const prevent =
    orders.toSorted((a, b) => place(a.first) - place(b.first) || place(b.second) - place(a.second))[0] ?? provoke;
  const [{ score } = { score: null }] = members;
  if (score === null) throw new Error('a class without members');
  const gaps = table.gaps(provoke).filter((gap) => gap >= 0);
  return { score, provoke, prevent, orders, gapUs: median(gaps) };
}

function byRank(a: OrderClass, b: OrderClass): number {
  const difference = b.score.importance - a.score.importance;
  return Math.abs(difference) > 1e-9 ? difference : a.gapUs - b.gapUs;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
