import type { SearchRange } from '../../model/bisect.ts';

/**
 * Which nodes are in the new state under which hypothesis. Hypothesis h says that the change is node `nodes[h]`; then a
 * node is new if `nodes[h]` is it or an ancestor of it.
 */
export interface Ancestry {
  /** Nodes that may be the change, in the range's order. */
  readonly nodes: readonly number[];
  isNew(node: number, hypothesis: number): boolean;
  /** The hypotheses under which a node is new are the first ones, as many as this; null where history is no line. */
  newest(node: number): number | null;
}

/**
 * Nodes that are built alike are in the same state whatever happened, so a node is no hypothesis when it would set two of
 * them apart: a commit that changes nothing that is built, or one that was reverted within the range.
 */
export function ancestryOf(range: SearchRange): Ancestry {
  const before = known.get(range);
  if (before !== undefined) return before;
  const ancestry = isLine(range) ? lineAncestry(range) : graphAncestry(range);
  known.set(range, ancestry);
  return ancestry;
}

/** The same range is searched again after each experiment. */
const known = new WeakMap<SearchRange, Ancestry>();

function isLine({ parents }: SearchRange): boolean {
  return parents.every((own, node) => (node === 0 ? own.length === 0 : own.length === 1 && own[0] === node - 1));
}

function lineAncestry({ builds, weights }: SearchRange): Ancestry {
  const last = new Map<number, number>();
  for (const [node, build] of builds.entries()) last.set(build, node);
  const nodes: number[] = [];
  const newest: number[] = [];
  /** Last node that is built like one already passed. */
  let bound = 0;
  for (const [node, build] of builds.entries()) {
    if (node > bound && (weights[node] ?? 0) > 0) nodes.push(node);
    bound = Math.max(bound, last.get(build) ?? node);
    newest.push(nodes.length);
  }
  return {
    nodes,
    isNew: (node, hypothesis) => hypothesis < (newest[node] ?? 0),
    newest: (node) => newest[node] ?? 0,
  };
}

function graphAncestry(range: SearchRange): Ancestry {
  const { parents, builds, weights } = range;
  const words = Math.ceil(parents.length / 32);
  const ancestors = parents.map(() => new Uint32Array(words));
  for (const [node, own] of parents.entries()) {
    const set = ancestors[node] as Uint32Array;
    for (const parent of own) unite(set, ancestors[parent] as Uint32Array);
    // A node outside of all (node 0, or one that came in from elsewhere) is never the change.
    set[node >> 5] = (set[node >> 5] ?? 0) | (1 << (node & 31));
  }
  const torn = tornNodes(ancestors, builds, words);
  const nodes = parents.map((_, node) => node).filter((node) => (weights[node] ?? 0) > 0 && !has(torn, node));
  return {
    nodes,
    isNew: (node, hypothesis) => has(ancestors[node] as Uint32Array, nodes[hypothesis] ?? 0),
    newest: () => null,
  };
}

/** Nodes that are ancestors of some but not all of the nodes that are built alike. */
function tornNodes(ancestors: readonly Uint32Array[], builds: readonly number[], words: number): Uint32Array {
  const some = new Map<number, Uint32Array>();
  const all = new Map<number, Uint32Array>();
  for (const [node, build] of builds.entries()) {
    const own = ancestors[node] as Uint32Array;
    const [union, common] = [some.get(build), all.get(build)];
    if (union === undefined || common === undefined) {
      some.set(build, own.slice());
      all.set(build, own.slice());
      continue;
    }
    unite(union, own);
    for (let i = 0; i < words; i++) common[i] = (common[i] ?? 0) & (own[i] ?? 0);
  }
  const torn = new Uint32Array(words);
  for (const [build, union] of some) {
    const common = all.get(build) as Uint32Array;
    for (let i = 0; i < words; i++) torn[i] = (torn[i] ?? 0) | ((union[i] ?? 0) & ~(common[i] ?? 0));
  }
  return torn;
}

function unite(into: Uint32Array, other: Uint32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (into[i] ?? 0) | (other[i] ?? 0);
}

function has(set: Uint32Array, node: number): boolean {
  return (((set[node >> 5] ?? 0) >>> (node & 31)) & 1) === 1;
}
