import type { Ancestry } from './ancestry.ts';
import type { Posterior } from './posterior.ts';

/** Nodes of one cell that are looked at in a first pass, and in a second one. */
const perCell = 24;

export interface Candidates {
  /** For a first look: spread over each cell by its number of nodes, and every node that costs no build. */
  nodes: number[];
  /** For a second one: those near a node, up to the neighbours that the first look had on either side. */
  around(node: number): number[];
}

/**
 * Nodes worth running, out of a history of thousands: what an experiment tells changes smoothly along a cell, so a few of
 * each are enough to find where it tells most.
 * @param usable nodes that may be run, ascending, one for each build
 */
export function candidateNodes(
  { cells }: Pick<Posterior, 'cells'>,
  ancestry: Ancestry,
  usable: readonly number[],
  isReady: (node: number) => boolean,
): Candidates {
  const bounds = cells.map(({ hypotheses }) => hypotheses[0] ?? 0).sort((a, b) => a - b);
  const groups = new Map<number, number[]>();
  for (const [index, node] of usable.entries()) {
    // Where history is no line, by position alone.
    const newest = ancestry.newest(node) ?? index;
    const group = bounds.findLastIndex((first) => first < newest);
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [node]);
    else members.push(node);
  }
  const chosen = new Set(usable.filter(isReady));
  for (const members of groups.values()) {
    const step = Math.max(1, members.length / perCell);
    for (let at = step / 2; at < members.length; at += step) chosen.add(members[Math.floor(at)] ?? 0);
    chosen.add(members[0] ?? 0);
    chosen.add(members.at(-1) ?? 0);
  }
  const nodes = [...chosen].sort((a, b) => a - b);
  return {
    nodes,
    around(node) {
      const at = nodes.indexOf(node);
      const [low, high] = [nodes[at - 1] ?? node, nodes[at + 1] ?? node];
      const near = usable.filter((other) => other >= low && other <= high);
      const step = Math.max(1, near.length / (2 * perCell));
      const spread = near.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
      return [...new Set([node, ...spread])].sort((a, b) => a - b);
    },
  };
}
