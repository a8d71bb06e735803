import type { SearchRange, Seen } from '../../model/bisect.ts';
import type { BisectorOptions } from '../../search/bisect/bisector.ts';
import { fisherExact } from '../../stats/fisher.ts';
import type { BisectSession } from './bisect-session.ts';
import { makeCheck, nodeBefore } from './make-check.ts';

/** What the look for a reduction may take: as long as the search before it did, within these bounds, in seconds. */
const patience = { least: 120, most: 600 };
/** Rates that differ by less are not worth a second answer. */
const worthwhile = 2;
/** Failures of both ends together by which they are compared; and so many where it is doubtful until then. */
const enoughFailures = 24;
const manyFailures = 96;
/** Of the time, for finding out whether it fails by itself; runs of the first try. */
const naturalShare = 0.3;
const firstLook = 100;
/** Before a second search is begun, chance must be out of the question: most histories have no reduction. */
const level = 0.005;
/** How often a check may disagree before it is said that the search does not come to an end. */
const mostChecks = 3;
/** At the least mass that is worth a line. */
const leastMass = 1e-4;
const mostRunnersUp = 5;
const mostSuspects = 1000;

/**
 * Whether the rate on the failing side had another step: reduced before it was gone, or raised after it was introduced.
 * The ends of that side are compared by themselves, under `plain` where it fails at all: what is provoked all but always
 * may be rare or frequent by nature, and its rate does not show it.
 * @param change the commit that was found
 */
export async function findReduction(session: BisectSession, change: number): Promise<void> {
  const { knowledge, monotonicMs } = session.setup;
  const isFix = knowledge.header.direction === 'fix';
  const near = isFix ? nodeBefore(session, change) : change;
  if (near === null) return;
  const end = isFix ? 0 : knowledge.entries.length - 1;
  const isOneBuild = () => knowledge.range.builds[near] === knowledge.range.builds[end];
  if (isOneBuild()) return;
  const spent = knowledge.costs.spentSeconds ?? 0;
  const until = monotonicMs() + 1000 * Math.min(patience.most, Math.max(patience.least, spent));
  const isOver = () => session.isOver || monotonicMs() >= until;
  session.doing('looking whether the rate changed more than once');
  const condition = await naturalCondition(session, end, until);
  // Only now the end was built, and perhaps it came out the same.
  if (isOneBuild()) return;
  const [far, close] = await compareEnds(session, [end, near], condition, isOver);
  if (!differ(far, close)) return;
  const side = failingSide(knowledge.range, { near, end, isFix });
  const options: BisectorOptions = {
    fails: isFix ? 'old' : 'new',
    confidence: knowledge.header.confidence,
    change: 'reduced',
    part: { nodes: side, failingEnd: end },
  };
  const verb = isFix ? 'reduced' : 'raised';
  for (let checks = 1; ; checks++) {
    const make = () => knowledge.bisector(condition, options);
    const stop = await session.follow(make, { condition, phase: 'step' }, isOver);
    const isFound = stop?.reason === 'found' && stop.node !== null;
    const check = isFound ? await makeCheck(session, stop.node ?? 0, 'reduced', condition) : null;
    // What the check saw speaks for another commit, or for none.
    if (check?.agrees === false && checks < mostChecks && !isOver()) continue;
    if (!isFound && (session.interrupted || stop?.reason === 'no-change')) return;
    const likely = make()
      .distribution()
      .filter(({ mass }) => mass > leastMass);
    if (isFound && check?.agrees !== false) {
      const own = likely.filter(({ node }) => node === stop.node);
      const others = likely.filter(({ node }) => node !== stop.node).slice(0, mostRunnersUp);
      return session.find(verb, 'found', [...own, ...others], own[0]?.mass ?? 0, check);
    }
    const held = likely.reduce((sum, { mass }) => sum + mass, 0);
    return session.find(verb, 'undecided', likely.slice(0, mostSuspects), held, null);
  }
}

/** Plain, if the failing end fails under it within a part of the time; else the condition that is frozen. */
async function naturalCondition(session: BisectSession, end: number, until: number): Promise<string> {
  const { knowledge, monotonicMs } = session.setup;
  if (session.condition === 'plain') return 'plain';
  const giveUp = monotonicMs() + (until - monotonicMs()) * naturalShare;
  for (let runs = firstLook; ; runs *= 2) {
    if (knowledge.seenAt(end, 'plain').failures > 0) return 'plain';
    if (session.isOver || monotonicMs() >= giveUp) return session.condition;
    const how = { condition: 'plain', phase: 'step', untilFailure: true } as const;
    if ((await session.experiment({ ...how, node: end, runs })) === null) return session.condition;
  }
}

/** Both ends in turns, until they failed often enough together. */
async function compareEnds(
  session: BisectSession,
  nodes: readonly [number, number],
  condition: string,
  isOver: () => boolean,
): Promise<[Seen, Seen]> {
  const { knowledge } = session.setup;
  const seen = (): [Seen, Seen] => [knowledge.seenAt(nodes[0], condition), knowledge.seenAt(nodes[1], condition)];
  for (;;) {
    const [a, b] = seen();
    const failures = a.failures + b.failures;
    const isFair = Math.min(a.runs, b.runs) * 2 >= Math.max(a.runs, b.runs);
    const needed = isDoubtful(a, b) ? manyFailures : enoughFailures;
    if ((failures >= needed && isFair) || isOver()) return [a, b];
    const node = a.runs <= b.runs ? nodes[0] : nodes[1];
    const [less, more] = a.runs <= b.runs ? [a, b] : [b, a];
    const expected = ((enoughFailures / 4) * (a.runs + b.runs + 2)) / (failures + 1);
    const runs = Math.ceil(Math.max(10, more.runs - less.runs, Math.min(expected, less.runs + 10)));
    const made = await session.experiment({ node, runs, condition, phase: 'step', untilFailure: false });
    if (made === null || made.seen.runs === 0) return seen();
  }
}

/** It may be a difference, and may be chance. */
function isDoubtful(far: Seen, near: Seen): boolean {
  const { p } = fisherExact(far, near);
  return ratioOf(far, near) >= 1.5 && p >= level && p < 0.2;
}

function differ(far: Seen, near: Seen): boolean {
  if (far.runs === 0 || near.runs === 0) return false;
  return ratioOf(far, near) >= worthwhile && fisherExact(far, near).p < level;
}

function ratioOf(far: Seen, near: Seen): number {
  return (
    far.failures /
    Math.max(far.runs, 1) /
    Math.max(near.failures / Math.max(near.runs, 1), 0.5 / Math.max(near.runs, 1))
  );
}

/** The nodes between the failing end and the last one that fails, both included. */
function failingSide(
  { parents }: SearchRange,
  { near, end, isFix }: { near: number; end: number; isFix: boolean },
): Set<number> {
  const [old, young] = isFix ? [end, near] : [near, end];
  const below = new Set([old]);
  for (const [node, own] of parents.entries()) if (own.some((parent) => below.has(parent))) below.add(node);
  const above = new Set([young]);
  for (let node = young; node >= 0; node--) {
    if (above.has(node)) for (const parent of parents[node] ?? []) above.add(parent);
  }
  return new Set([...below].filter((node) => above.has(node)));
}
