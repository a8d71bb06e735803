import type { Seen } from '../../model/bisect.ts';
import { labelsOf } from './cells.ts';
import type { Posterior, SearchModel } from './posterior.ts';

/** The likeliest commits that no run could tell apart: one, unless some cannot be run. */
export interface Leader {
  /** The likeliest of them. */
  node: number;
  /** There are no others, and "nothing changed" could be told from it. */
  isAlone: boolean;
  /** Their posterior together, by the weights or evenly, whichever is less. */
  sure: number;
}

interface Group {
  leader: Leader;
  weighted: number;
  even: number;
  /** Of its likeliest node, by the weights. */
  most: number;
}

/** @param usable nodes that can be run; null: all, so that each commit can be told from every other */
export function leaderOf(model: SearchModel, posterior: Posterior, usable: readonly number[] | null): Leader | null {
  const { ancestry, range } = model;
  if (usable === null) return likeliest(model, posterior);
  const labels = labelsOf(ancestry, usable);
  const groups = new Map<number, Group>();
  let best: Leader | null = null;
  for (const [cell, { hypotheses, weight }] of posterior.cells.entries()) {
    const even = (posterior.evenChange[cell] ?? 0) / hypotheses.length;
    for (const h of hypotheses) {
      const node = ancestry.nodes[h] ?? 0;
      const weighted = ((posterior.change[cell] ?? 0) * (range.weights[node] ?? 0)) / weight;
      const label = labels[h] ?? 0;
      const known = groups.get(label);
      const group = known ?? groupWith(model, posterior, usable, h);
      groups.set(label, group);
      const { leader } = group;
      if (known !== undefined) leader.isAlone = false;
      if (weighted > group.most) leader.node = node;
      group.most = Math.max(group.most, weighted);
      group.weighted += weighted;
      group.even += even;
      leader.sure = Math.min(group.weighted, group.even);
      if (best === null || leader.sure > best.sure) best = leader;
    }
  }
  return best;
}

function likeliest({ ancestry, range }: SearchModel, posterior: Posterior): Leader | null {
  let best: Leader | null = null;
  for (const [cell, { hypotheses, weight }] of posterior.cells.entries()) {
    const even = (posterior.evenChange[cell] ?? 0) / hypotheses.length;
    const scale = (posterior.change[cell] ?? 0) / weight;
    for (const h of hypotheses) {
      const node = ancestry.nodes[h] ?? 0;
      const sure = Math.min(even, scale * (range.weights[node] ?? 0));
      if (best === null || sure > best.sure) best = { node, isAlone: true, sure };
    }
  }
  return best;
}

/** "Nothing changed" belongs to the commits that would leave every node that can be run on the failing side. */
function groupWith(
  { ancestry, fails }: SearchModel,
  { none, evenNone }: Posterior,
  usable: readonly number[],
  h: number,
): Group {
  const isClean = (node: number) => ancestry.isNew(node, h) === (fails === 'old');
  // From the clean end, where one is soon found.
  const clean = fails === 'old' ? usable.findLast(isClean) : usable.find(isClean);
  const isLikeNone = clean === undefined;
  const leader = { node: ancestry.nodes[h] ?? 0, isAlone: !isLikeNone, sure: 0 };
  return { leader, weighted: isLikeNone ? none : 0, even: isLikeNone ? evenNone : 0, most: 0 };
}
/** What making sure may cost. */
export interface Patience {
  runSeconds: number;
  spentSeconds: number;
}

/** Failures that the last failing revision must have shown itself: few, and many where they are cheap. */
const leastFailures = { hasty: 2, thorough: 5 };
/** Cheap: within these seconds, or this part of what was spent. */
const cheap = { seconds: 10, part: 0.1 };

/**
 * A rate that drifts makes a revision look clean that only fails seldom. So the last failing one must have failed by
 * itself a few times; null where it has, or cannot be run.
 * @param isUsable whether a node can be run
 * @param seen what was seen of a node's build
 */
export function doubtful(
  model: SearchModel,
  { givenNone }: Posterior,
  leader: Leader,
  isUsable: (node: number) => boolean,
  seen: (node: number) => Seen,
  { runSeconds, spentSeconds }: Patience,
): { node: number; runs: number } | null {
  const last = lastFailing(model, leader.node, isUsable);
  if (last.length === 0) return null;
  const node = last.reduce((a, b) => (seen(b).failures > seen(a).failures ? b : a));
  const { failures } = seen(node);
  const { high } = givenNone.reductions[0];
  const runsPerFailure = high.runs / Math.max(high.failures, 1);
  const wait = (leastFailures.thorough - failures) * runsPerFailure * runSeconds;
  const isCheap = wait <= Math.max(cheap.seconds, cheap.part * spentSeconds);
  if (failures >= (isCheap ? leastFailures.thorough : leastFailures.hasty)) return null;
  return { node, runs: Math.ceil(8 * runsPerFailure) };
}

/** The nearest nodes to the change on the failing side that can be run. */
function lastFailing({ range, fails, ancestry }: SearchModel, change: number, isUsable: (node: number) => boolean) {
  if (fails === 'new') {
    const hypothesis = ancestry.nodes.indexOf(change);
    const next = range.builds.findIndex(
      (_, node) => node >= change && isUsable(node) && ancestry.isNew(node, hypothesis),
    );
    return next === -1 ? [] : [next];
  }
  let before = [...(range.parents[change] ?? [])];
  while (before.length > 0 && !before.some(isUsable))
    before = [...new Set(before.flatMap((node) => range.parents[node] ?? []))];
  return before.filter(isUsable);
}
