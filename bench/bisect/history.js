import { firstFailure, keyedUniform, normal } from './draws.js';

/**
 * One simulated history of a cell: nodes 0 (old end) to `size` on a line, the change one of 1..size or null. Failing
 * nodes fail at `p` a run, times a lognormal factor of each where the cell drifts, the others at `q`.
 *
 * Which change, weights and factors a history has depends on the key alone, so that all methods meet the same ones.
 */
export function makeHistory(cell, key) {
  const uniform = keyedUniform(key);
  const weights = weightsOf(cell, uniform);
  const change = cell.change === false ? null : changeOf(cell, weights, uniform);
  const rates = new Float64Array(cell.size + 1);
  for (let node = 0; node <= cell.size; node++) {
    const isNew = change !== null && node >= change;
    const fails = isNew === (cell.fails === 'new') || change === null;
    rates[node] = fails ? Math.min(1, cell.p * Math.exp(cell.drift * normal(uniform))) : cell.q;
  }
  if (cell.step < 1) for (let node = stepOf(change, uniform); node < change; node++) rates[node] *= cell.step;
  return {
    size: cell.size,
    fails: cell.fails,
    failingEnd: cell.fails === 'old' ? 0 : cell.size,
    change,
    weights,
    rates,
  };
}

/** Prior weights: `hot.weight` for a random share of the commits, 1 for the others; node 0 has 0. */
function weightsOf({ size, hot }, uniform) {
  const isHot = () => hot !== null && uniform() < hot.share;
  return Array.from({ length: size + 1 }, (_, node) => (node === 0 ? 0 : isHot() ? hot.weight : 1));
}

/** Uniform over the commits; or over the hot ones in `hot.right` of the histories and over the others in the rest. */
function changeOf({ size, hot }, weights, uniform) {
  const any = weights.map((_, node) => node).slice(1);
  if (hot === null || hot.right === null) return 1 + Math.floor(uniform() * size);
  const wantsHot = uniform() < hot.right;
  const candidates = any.filter((node) => weights[node] > 1 === wantsHot);
  const from = candidates.length > 0 ? candidates : any;
  return from[Math.floor(uniform() * from.length)];
}

/** The first commit with a reduced rate, uniform over those between the old end, which fails, and the change. */
function stepOf(change, uniform) {
  return 1 + Math.floor(uniform() * (change - 1));
}

/** What a method sees of a history: outcomes of runs, each counted, as is the first build of each node. */
export class Session {
  runs = 0;
  /** Counted by the method. */
  decisions = 0;
  #built = new Set();
  #given = 0;
  #rates;
  #uniform;

  constructor(history, key) {
    this.#rates = history.rates;
    this.#uniform = keyedUniform(key);
  }

  get builds() {
    return this.#built.size - this.#given;
  }

  isBuilt(node) {
    return this.#built.has(node);
  }

  /** Runs a node until its first failure, or `most` times. */
  run(node, most) {
    this.#built.add(node);
    const first = firstFailure(this.#rates[node], this.#uniform);
    const seen = first <= most ? { failures: 1, runs: first } : { failures: 0, runs: most };
    this.runs += seen.runs;
    return seen;
  }

  /** Runs a node until it has failed so often. */
  calibrate(node, failures) {
    const before = this.runs;
    for (let i = 0; i < failures; i++) this.run(node, Number.POSITIVE_INFINITY);
    return { failures, runs: this.runs - before };
  }

  /** As `calibrate`, by a hunt before: the node is built, and nothing is counted. */
  recall(node, failures) {
    const before = this.runs;
    const seen = this.calibrate(node, failures);
    this.runs = before;
    this.#given++;
    return seen;
  }
}
