import type { Given, Posterior, SearchModel } from './posterior.ts';

/** Chances of clean runs at a node under one place of the change, by batch size, and of the rest that is unknown. */
interface Answer {
  mass: number;
  /** Index of the cell that holds the change; null: nothing changed. */
  cell: number | null;
  /** If the node is on the clean side, and the entropy of each in bits. */
  clean: readonly number[];
  cleanEntropy: readonly number[];
  /** If it is on the failing side and not reduced there; the entropy of each in bits. */
  high: readonly number[];
  highEntropy: readonly number[];
  /** What to add to `high` where the node is beyond the reduction in this cell. */
  reductions: readonly { cell: number; less: readonly number[] }[];
}

/** What an experiment at a node tells, by batch size. */
export interface Telling {
  /** Mutual information of "it failed" and the place of the change, in bits. */
  bits: Float64Array;
  /** Chance that all runs are clean. */
  chance: Float64Array;
}

/** Places of the change, and reductions beside them, less likely than this are left out. */
const negligible = 1e-5;

/**
 * What runs of any node are expected to show. Both priors count by half: what one of them takes for settled may have to be
 * shown to the other.
 */
export class Outlook {
  readonly #model: SearchModel;
  readonly #posterior: Posterior;
  readonly #answers: Answer[] = [];
  readonly #total: number;
  readonly #sizes: readonly number[];
  /** Weight of the hypotheses before each: on a line a cell is a stretch of them. */
  readonly #upTo: Float64Array;

  constructor(model: SearchModel, posterior: Posterior, sizes: readonly number[]) {
    this.#model = model;
    this.#posterior = posterior;
    this.#sizes = sizes;
    const { ancestry, range } = model;
    this.#upTo = new Float64Array(ancestry.nodes.length + 1);
    for (const [h, node] of ancestry.nodes.entries()) {
      this.#upTo[h + 1] = (this.#upTo[h] ?? 0) + (range.weights[node] ?? 0);
    }
    const { given, givenNone } = posterior;
    for (const [cell, mass] of meanMasses(posterior).entries()) {
      if (mass < negligible) continue;
      this.#answers.push(this.#answer(given[cell] ?? givenNone, mass, cell < given.length ? cell : null));
    }
    this.#total = this.#answers.reduce((sum, { mass }) => sum + mass, 0);
  }

  at(node: number): Telling {
    const bits = new Float64Array(this.#sizes.length);
    const chance = new Float64Array(this.#sizes.length);
    const beyond = this.#beyond(node);
    for (const answer of this.#answers) {
      const { mass, cell, clean, cleanEntropy, high, highEntropy } = answer;
      const cleanMass = (mass * (cell === null ? 0 : (beyond[cell] ?? 0))) / this.#total;
      const failingMass = mass / this.#total - cleanMass;
      const reductions = answer.reductions.filter((one) => (beyond[one.cell] ?? 0) > 0);
      for (let k = 0; k < bits.length; k++) {
        let failing = high[k] ?? 0;
        for (const { cell: where, less } of reductions) failing += (beyond[where] ?? 0) * (less[k] ?? 0);
        const failingEntropy = reductions.length === 0 ? (highEntropy[k] ?? 0) : entropy(failing);
        chance[k] = (chance[k] ?? 0) + cleanMass * (clean[k] ?? 0) + failingMass * failing;
        bits[k] = (bits[k] ?? 0) - cleanMass * (cleanEntropy[k] ?? 0) - failingMass * failingEntropy;
      }
    }
    for (let k = 0; k < bits.length; k++) bits[k] = (bits[k] ?? 0) + entropy(chance[k] ?? 0);
    return { bits, chance };
  }

  #answer(given: Given, mass: number, cell: number | null): Answer {
    const { levels } = this.#model;
    const clean = this.#sizes.map(() => 0);
    const high = this.#sizes.map(() => 0);
    const reductions: { cell: number; less: number[] }[] = [];
    const likely = given.reductions.filter((one) => one.cell === null || one.mass * mass > negligible);
    const total = likely.reduce((sum, one) => sum + one.mass, 0);
    for (const one of likely) {
      const share = one.mass / total;
      const before = levels.clean('high', one.high, this.#sizes);
      addTo(high, before, share);
      addTo(clean, levels.clean(one.cell === null ? 'clean' : 'spotless', given.clean, this.#sizes), share);
      if (one.cell === null) continue;
      const after = levels.clean('low', one.low, this.#sizes);
      reductions.push({ cell: one.cell, less: after.map((chance, k) => share * (chance - (before[k] ?? 0))) });
    }
    return { mass, cell, clean, cleanEntropy: clean.map(entropy), high, highEntropy: high.map(entropy), reductions };
  }

  /** Of each cell that counts, the share of its hypotheses that the node is beyond, seen from the failing end. */
  #beyond(node: number): Float64Array {
    const { cells } = this.#posterior;
    const shares = new Float64Array(cells.length).fill(-1);
    for (const { cell, reductions } of this.#answers) {
      if (cell !== null) this.#fill(shares, cell, node);
      for (const { cell: where } of reductions) this.#fill(shares, where, node);
    }
    return shares;
  }

  #fill(shares: Float64Array, cell: number, node: number): void {
    if (shares[cell] !== -1) return;
    const share = this.#shareNew(node, cell);
    shares[cell] = this.#model.fails === 'old' ? share : 1 - share;
  }

  #shareNew(node: number, index: number): number {
    const { ancestry, range } = this.#model;
    const cell = this.#posterior.cells[index];
    const [first = 0] = cell?.hypotheses ?? [];
    const last = cell?.hypotheses.at(-1) ?? first;
    const newest = ancestry.newest(node);
    const weight = cell?.weight ?? 1;
    if (newest !== null) {
      if (last < newest || first >= newest) return last < newest ? 1 : 0;
      return ((this.#upTo[newest] ?? 0) - (this.#upTo[first] ?? 0)) / weight;
    }
    let mass = 0;
    for (const h of cell?.hypotheses ?? []) {
      if (ancestry.isNew(node, h)) mass += range.weights[ancestry.nodes[h] ?? 0] ?? 0;
    }
    return mass / weight;
  }
}

function addTo(sums: number[], values: readonly number[], share: number): void {
  for (const [k, value] of values.entries()) sums[k] = (sums[k] ?? 0) + share * value;
}

/** Of each cell, and at last of "nothing changed": the mean of what both priors make of it. */
export function meanMasses({ change, evenChange, none, evenNone }: Posterior): number[] {
  return [...change.map((mass, cell) => (mass + (evenChange[cell] ?? 0)) / 2), (none + evenNone) / 2];
}

function entropy(p: number): number {
  if (p <= 0 || p >= 1) return 0;
  return -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p));
}
