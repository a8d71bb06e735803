import { meanMasses } from './outlook.ts';
import type { Posterior, SearchModel } from './posterior.ts';

/** Nodes of a first look, and about so many of a second one. */
const spread = 48;

export interface Candidates {
  /** For a first look: spread evenly over the probability to be in the new state, and every node that costs no build. */
  nodes: number[];
  /** For a second one: those about as probably new as a node, up to its neighbours in the first look. */
  around(node: number): number[];
}

/**
 * Nodes worth running, out of a history of thousands. What runs of a node tell depends on how probable it is that the node
 * is in the new state, and changes smoothly with it.
 * @param usable nodes that may be run, ascending, one for each build
 */
export function candidateNodes(
  model: SearchModel,
  posterior: Posterior,
  usable: readonly number[],
  isReady: (node: number) => boolean,
): Candidates {
  const chances = chancesNew(model, posterior, usable);
  const order = [...usable.keys()].sort((a, b) => (chances[a] ?? 0) - (chances[b] ?? 0) || a - b);
  const sorted = order.map((index) => chances[index] ?? 0);
  const places = new Set([0, order.length - 1]);
  const total = sorted.at(-1) ?? 0;
  for (let step = 1, place = 0; step < spread; step++) {
    while (place < order.length - 1 && (sorted[place] ?? 0) < (total * step) / spread) place++;
    places.add(place);
  }
  for (const [place, index] of order.entries()) if (isReady(usable[index] ?? 0)) places.add(place);
  const first = [...places].filter((place) => place >= 0).sort((a, b) => a - b);
  const nodeAt = (place: number) => usable[order[place] ?? 0] ?? 0;
  return {
    nodes: first.map(nodeAt),
    around(node) {
      const at = first.findIndex((place) => nodeAt(place) === node);
      const [low, high] = [first[at - 1] ?? first[at] ?? 0, first[at + 1] ?? first[at] ?? 0];
      const step = Math.max(1, (high - low) / spread);
      const near = new Set([node]);
      for (let place = low; place <= high; place += step) near.add(nodeAt(Math.floor(place)));
      return [...near];
    },
  };
}

/** Of each of some nodes, the probability that the change is it or an ancestor of it. */
function chancesNew({ range, ancestry }: SearchModel, posterior: Posterior, nodes: readonly number[]): Float64Array {
  const masses = new Float64Array(ancestry.nodes.length);
  const means = meanMasses(posterior);
  for (const [cell, { hypotheses, weight }] of posterior.cells.entries()) {
    const scale = (means[cell] ?? 0) / weight;
    for (const h of hypotheses) masses[h] = scale * (range.weights[ancestry.nodes[h] ?? 0] ?? 0);
  }
  if (ancestry.newest(0) === null) {
    const likely = [...masses.keys()].filter((h) => (masses[h] ?? 0) > 1e-9);
    return Float64Array.from(nodes, (node) => {
      let chance = 0;
      for (const h of likely) if (ancestry.isNew(node, h)) chance += masses[h] ?? 0;
      return chance;
    });
  }
  const upTo = new Float64Array(masses.length + 1);
  for (let h = 0; h < masses.length; h++) upTo[h + 1] = (upTo[h] ?? 0) + (masses[h] ?? 0);
  return Float64Array.from(nodes, (node) => upTo[ancestry.newest(node) ?? 0] ?? 0);
}
