import type { SearchRange } from '../../model/bisect.ts';
import type { Ancestry } from './ancestry.ts';

/** Hypotheses that nothing seen so far can tell apart. */
export interface Cell {
  /** Indices of hypotheses (see Ancestry), ascending. */
  hypotheses: number[];
  /** Prior mass: by the weights, and if all were alike. */
  weight: number;
  evenWeight: number;
  /** Of each node that divides the hypotheses, whether it is in the new state. */
  isNew: boolean[];
}

/**
 * The hypotheses as nodes divide them, in the order of their first.
 * @param nodes those that were visited
 */
export function cellsOf(range: SearchRange, ancestry: Ancestry, nodes: readonly number[]): Cell[] {
  const cells: Cell[] = [];
  for (const [hypothesis, label] of labelsOf(ancestry, nodes).entries()) {
    let cell = cells[label];
    if (cell === undefined) {
      const isNew = nodes.map((node) => ancestry.isNew(node, hypothesis));
      cell = { hypotheses: [], weight: 0, evenWeight: 0, isNew };
      cells[label] = cell;
    }
    cell.hypotheses.push(hypothesis);
    cell.weight += range.weights[ancestry.nodes[hypothesis] ?? 0] ?? 0;
    cell.evenWeight++;
  }
  return cells;
}

/** Of each hypothesis a number; equal for those under which each of these nodes is in the same state. From 0 on. */
export function labelsOf(ancestry: Ancestry, nodes: readonly number[]): Int32Array {
  const labels = new Int32Array(ancestry.nodes.length);
  const bounds = nodes.map((node) => ancestry.newest(node));
  if (bounds.every((bound) => bound !== null)) {
    const starts = new Set<number>(bounds);
    let label = 0;
    return labels.map((_, hypothesis) => (hypothesis > 0 && starts.has(hypothesis) ? ++label : label));
  }
  let count = 1;
  for (const node of nodes) {
    const names = new Int32Array(2 * count).fill(-1);
    count = 0;
    for (const [hypothesis, label] of labels.entries()) {
      const key = 2 * label + (ancestry.isNew(node, hypothesis) ? 1 : 0);
      if (names[key] === -1) names[key] = count++;
      labels[hypothesis] = names[key] ?? 0;
    }
  }
  return labels;
}
