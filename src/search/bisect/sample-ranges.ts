import type { SearchRange } from '../../model/bisect.ts';
import type { Uniform } from '../../stats/random.ts';

/** Nodes 0 to `last`, each the child of the one before; all built differently unless said otherwise. */
export function line(last: number, { builds, weights }: Partial<SearchRange> = {}): SearchRange {
  const nodes = Array.from({ length: last + 1 }, (_, node) => node);
  return {
    parents: nodes.map((node) => (node === 0 ? [] : [node - 1])),
    builds: builds ?? nodes,
    weights: weights ?? nodes.map((node) => (node === 0 ? 0 : 1)),
  };
}

export function graph(parents: number[][], builds?: number[]): SearchRange {
  return {
    parents,
    builds: builds ?? parents.map((_, node) => node),
    weights: parents.map((_, node) => (node === 0 ? 0 : 1)),
  };
}

/** A trunk from which branches of a few commits leave now and then, to be merged a few commits on. */
export function branchy(last: number, uniform: Uniform): SearchRange {
  const parents: number[][] = [[]];
  let trunk = 0;
  let branch: number | null = null;
  for (let node = 1; node <= last; node++) {
    const draw = uniform();
    if (branch === null && draw < 0.15 && node < last) {
      parents.push([Math.max(0, trunk - Math.floor(uniform() * 5))]);
      branch = node;
    } else if (branch !== null && (draw < 0.2 || node === last)) {
      parents.push([trunk, branch]);
      [trunk, branch] = [node, null];
    } else if (branch !== null && draw < 0.6) {
      parents.push([branch]);
      branch = node;
    } else {
      parents.push([trunk]);
      trunk = node;
    }
  }
  return graph(parents);
}

/** By walking up the parents: is `ancestor` the node or an ancestor of it? */
export function isAncestor({ parents }: SearchRange, ancestor: number, node: number): boolean {
  const passed = new Set([node]);
  for (const one of passed) for (const parent of parents[one] ?? []) passed.add(parent);
  return passed.has(ancestor);
}
