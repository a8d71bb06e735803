import type { Given, Posterior, SearchModel } from './posterior.ts';

/** One that may be made next: runs of a node until the first failure, or until so many are clean. */
export interface Experiment {
  node: number;
  runs: number;
  /** Bits that it is expected to tell. */
  bits: number;
  /** What it is expected to take. */
  seconds: number;
}

export interface Costs {
  /** Until the node can be run; 0 where it is built. */
  buildSeconds(node: number): number;
  runSeconds: number;
  startSeconds: number;
  /** Chance that the node turns out not to build. */
  failsToBuild(node: number): number;
}

/** Mass and states of one place of the change, at one node. */
interface Answer {
  mass: number;
  /** Share of it under which the node is clean, and of the rest, reduced. */
  clean: number;
  /** Of the part that is not clean: chance of k clean runs, by index of k. */
  failingClean: number[];
  cleanClean: number[];
}

/**
 * The experiment that tells most bits a second, or null when none tells anything: outcome "failed" or "clean", information
 * between outcome and answer, cost of building and of the runs up to the first failure.
 * @param candidates nodes that may be run
 */
export function bestExperiment(
  model: SearchModel,
  posterior: Posterior,
  candidates: readonly number[],
  costs: Costs,
): Experiment | null {
  const sizes = batchSizes(model, posterior);
  const predictions = new Predictions(model, posterior, sizes);
  let best: Experiment | null = null;
  for (const node of candidates) {
    const experiment = bestAt(node, sizes, predictions.answers(node), costs);
    if (experiment !== null && (best === null || value(experiment) > value(best) * (1 + 1e-9))) best = experiment;
  }
  return best;
}

/** Fewer bits than these are rounding. */
const leastBits = 1e-7;

const value = ({ bits, seconds }: Experiment): number => bits / seconds;

/** Up to what makes a failure at the failing end all but certain. */
function batchSizes({ levels }: SearchModel, { givenNone }: Posterior): number[] {
  const high = givenNone.reductions[0]?.high ?? { failures: 1, runs: 1 };
  const sizes: number[] = [];
  for (let runs = 1; runs < 1e7; runs *= 2) {
    sizes.push(runs);
    if (levels.clean('high', high, runs) < 1e-3) break;
  }
  return sizes;
}

/** Chances of clean runs under every answer, worked out once for all nodes. */
class Predictions {
  readonly #model: SearchModel;
  readonly #posterior: Posterior;
  /** Mixtures by which cells the node is beyond. */
  readonly #known = new Map<string, number[][]>();
  readonly #cells: {
    clean: number[];
    reductions: { cell: number | null; mass: number; high: number[]; low: number[] }[];
  }[];

  constructor(model: SearchModel, posterior: Posterior, sizes: readonly number[]) {
    this.#model = model;
    this.#posterior = posterior;
    const { levels } = model;
    const predict = ({ clean, reductions }: Given) => ({
      clean: sizes.map((runs) => levels.clean('clean', clean, runs)),
      reductions: reductions.map(({ cell, mass, high, low }) => ({
        cell,
        mass,
        high: sizes.map((runs) => levels.clean('high', high, runs)),
        low: sizes.map((runs) => levels.clean('low', low, runs)),
      })),
    });
    this.#cells = [...posterior.given, posterior.givenNone].map(predict);
  }

  answers(node: number): Answer[] {
    const { cells, change, none } = this.#posterior;
    const shares = cells.map((_, cell) => this.#shareNew(node, cell));
    const failing = this.#mixtures(shares);
    return [...change, none]
      .map((mass, cell) => ({ mass, cell }))
      .filter(({ mass }) => mass > 1e-9)
      .map(({ mass, cell }) => ({
        mass,
        clean: cell === cells.length ? 0 : this.#beyond(shares[cell] ?? 0),
        cleanClean: this.#cells[cell]?.clean ?? [],
        failingClean: failing[cell] ?? [],
      }));
  }

  /** Of every cell: chances of clean runs if the node is on the failing side, over all that a reduction may be. */
  #mixtures(shares: readonly number[]): number[][] {
    const [divided, ...others] = [...shares.keys()].filter((cell) => shares[cell] !== 0 && shares[cell] !== 1);
    if (others.length > 0) return this.#cells.map((_, cell) => this.#mixed(cell, shares));
    // A node divides one cell at the most where history is a line, and what it predicts is linear in how it does.
    const whole = (share: number) => shares.map((own, cell) => (cell === divided ? share : own));
    if (divided === undefined) return this.#wholeMixtures(shares);
    const [none, all] = [this.#wholeMixtures(whole(0)), this.#wholeMixtures(whole(1))];
    const share = shares[divided] ?? 0;
    return none.map((row, cell) => row.map((chance, k) => (1 - share) * chance + share * (all[cell]?.[k] ?? 0)));
  }

  #wholeMixtures(shares: readonly number[]): number[][] {
    const key = shares.join('');
    const known = this.#known.get(key) ?? this.#cells.map((_, cell) => this.#mixed(cell, shares));
    this.#known.set(key, known);
    return known;
  }

  #mixed(cell: number, shares: readonly number[]): number[] {
    const reductions = this.#cells[cell]?.reductions ?? [];
    return (this.#cells[cell]?.clean ?? []).map((_, k) => {
      let chance = 0;
      for (const { cell: where, mass, high, low } of reductions) {
        const reduced = where === null ? 0 : this.#beyond(shares[where] ?? 0);
        chance += mass * (reduced * (low[k] ?? 0) + (1 - reduced) * (high[k] ?? 0));
      }
      return chance;
    });
  }

  /** Share of the cell's hypotheses under which the node lies beyond the hypothesis, seen from the failing end. */
  #beyond(shareNew: number): number {
    return this.#model.fails === 'old' ? shareNew : 1 - shareNew;
  }

  #shareNew(node: number, index: number): number {
    const { ancestry, range } = this.#model;
    const cell = this.#posterior.cells[index];
    const [first = 0] = cell?.hypotheses ?? [];
    const last = cell?.hypotheses.at(-1) ?? first;
    const newest = ancestry.newest(node);
    if (newest !== null && (last < newest || first >= newest)) return last < newest ? 1 : 0;
    let mass = 0;
    for (const h of cell?.hypotheses ?? []) {
      if (ancestry.isNew(node, h)) mass += range.weights[ancestry.nodes[h] ?? 0] ?? 0;
    }
    return mass / (cell?.weight ?? 1);
  }
}

function bestAt(node: number, sizes: readonly number[], answers: readonly Answer[], costs: Costs): Experiment | null {
  let best: Experiment | null = null;
  const buildSeconds = costs.buildSeconds(node);
  const certain = buildSeconds > 0 ? 1 - costs.failsToBuild(node) : 1;
  let seconds = buildSeconds + costs.startSeconds;
  let before = { runs: 0, chance: 1 };
  for (const [k, runs] of sizes.entries()) {
    const { bits, chance } = information(answers, k);
    // Between two sizes the chance that no failure has ended the runs falls from one value to the other.
    seconds += ((runs - before.runs) * costs.runSeconds * (before.chance + chance)) / 2;
    before = { runs, chance };
    const experiment = { node, runs, bits: bits * certain, seconds: Math.max(seconds, 1e-9) };
    if (experiment.bits > leastBits && (best === null || value(experiment) > value(best))) best = experiment;
  }
  return best;
}

/** Mutual information of the outcome and the answers in bits, and the chance that all runs are clean. */
function information(answers: readonly Answer[], k: number): { bits: number; chance: number } {
  let total = 0;
  let chance = 0;
  let noise = 0;
  for (const { mass, clean, cleanClean, failingClean } of answers) {
    const [c, f] = [cleanClean[k] ?? 0, failingClean[k] ?? 0];
    total += mass;
    chance += mass * (clean * c + (1 - clean) * f);
    noise += mass * (clean * entropy(c) + (1 - clean) * entropy(f));
  }
  if (total <= 0) return { bits: 0, chance: 1 };
  return { bits: total * entropy(chance / total) - noise, chance: chance / total };
}

function entropy(p: number): number {
  if (p <= 0 || p >= 1) return 0;
  return -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p));
}
