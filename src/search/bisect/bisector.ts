import type { SearchRange, Seen } from '../../model/bisect.ts';
import { ancestryOf } from './ancestry.ts';
import { buildOdds } from './build-odds.ts';
import { candidateNodes } from './candidates.ts';
import { bestExperiment } from './experiment.ts';
import { type ChangeKind, levelsFor } from './levels.ts';
import { type Posterior, posteriorOf, type SearchModel, type Visit } from './posterior.ts';

export interface BisectorOptions {
  /** The end that fails, or that fails more often. */
  fails: 'old' | 'new';
  confidence: number;
  /** gone: beyond the change it hardly ever fails. reduced: beyond it, it fails less often. Default gone. */
  change?: ChangeKind;
  /** Where only a part of the range is searched: its nodes, and which of them is the failing end. */
  part?: { nodes: ReadonlySet<number>; failingEnd: number };
}

/** Time, as far as it is known by now. */
export interface BisectorCosts {
  /** Until a node can be run; 0 where it is built. */
  buildSeconds(node: number): number;
  runSeconds: number;
  /** Until the first run of an experiment begins. */
  startSeconds?: number;
  /** Spent until now: what may be added to make sure depends on it. */
  spentSeconds?: number;
}

export type BisectStep =
  /** Run the node until its first failure, or until this many runs are clean. `why`: for the log. */
  | { kind: 'run'; node: number; runs: number; why: 'tells most' | 'make sure' }
  /** found: `node` is the change. undecided: nothing that can be run tells the likeliest apart. */
  | { kind: 'stop'; reason: 'found' | 'undecided' | 'no-change'; node: number | null; posterior: number };

/** One node's share of the posterior. */
export interface NodeMass {
  node: number;
  mass: number;
}

/** Failures that the revision before the change must have shown itself: few, and many where there is time. */
const leastFailures = { hasty: 2, thorough: 5 };

/**
 * The search for the change of a rate. A value that is fed: `record` what was seen, ask `next`. It knows nodes, not
 * commits, draws nothing at random, and the order in which things were seen does not matter to it.
 */
export class Bisector {
  readonly #range: SearchRange;
  readonly #options: BisectorOptions;
  readonly #ancestry: SearchModel['ancestry'];
  readonly #representatives: readonly number[];
  /** By build. */
  readonly #seen = new Map<number, Seen>();
  readonly #unusable = new Set<number>();
  #posterior: { model: SearchModel; posterior: Posterior } | null = null;

  constructor(range: SearchRange, options: BisectorOptions) {
    this.#range = range;
    this.#options = options;
    this.#ancestry = ancestryOf(range);
    const first = new Map<number, number>();
    for (const [node, build] of range.builds.entries()) {
      if (!first.has(build) && options.part?.nodes.has(node) !== false) first.set(build, node);
    }
    this.#representatives = [...first.values()];
  }

  /** Another search that has also seen these runs; this one stays as it is. */
  after(node: number, seen: Seen): Bisector {
    const other = new Bisector(this.#range, this.#options);
    for (const [build, before] of this.#seen) other.#seen.set(build, before);
    for (const build of this.#unusable) other.#unusable.add(build);
    other.record(node, seen);
    return other;
  }

  /** Takes runs of a node; they count for all nodes that are built alike. */
  record(node: number, { failures, runs }: Seen): void {
    const build = this.#buildOf(node);
    const before = this.#seen.get(build) ?? { failures: 0, runs: 0 };
    this.#seen.set(build, { failures: before.failures + failures, runs: before.runs + runs });
    this.#posterior = null;
  }

  /** The node cannot be built, or not be run; neither can those that are built alike. */
  giveUp(node: number): void {
    this.#unusable.add(this.#buildOf(node));
  }

  /** What was seen of a node's build. */
  seen(node: number): Seen {
    return this.#seen.get(this.#buildOf(node)) ?? { failures: 0, runs: 0 };
  }

  /** Probability of "nothing changed inside the range", by the weights or evenly, whichever is less. */
  get noChange(): number {
    const { none, evenNone } = this.#current().posterior;
    return Math.min(none, evenNone);
  }

  /** Posterior of each node that may be the change, by the weights; the likeliest first. */
  distribution(): NodeMass[] {
    const { model, posterior } = this.#current();
    const masses = posterior.cells.flatMap(({ hypotheses, weight }, cell) =>
      hypotheses.map((h) => {
        const node = model.ancestry.nodes[h] ?? 0;
        return { node, mass: ((posterior.change[cell] ?? 0) * (this.#range.weights[node] ?? 0)) / weight };
      }),
    );
    return masses.sort((a, b) => b.mass - a.mass || a.node - b.node);
  }

  next(costs: BisectorCosts): BisectStep {
    const { model, posterior } = this.#current();
    const { confidence } = this.#options;
    if (this.noChange >= confidence) return { kind: 'stop', reason: 'no-change', node: null, posterior: this.noChange };
    const top = this.#likeliest(posterior);
    if (top !== null && top.sure >= this.#needed(posterior, top.cell)) {
      const doubtful = this.#doubtful(top.node, posterior, costs);
      if (doubtful === null) return { kind: 'stop', reason: 'found', node: top.node, posterior: top.sure };
      return { kind: 'run', ...doubtful, why: 'make sure' };
    }
    const experiment = this.#experiment(model, posterior, costs);
    if (experiment !== null) return { kind: 'run', node: experiment.node, runs: experiment.runs, why: 'tells most' };
    return { kind: 'stop', reason: 'undecided', node: top?.node ?? null, posterior: top?.sure ?? 0 };
  }

  #buildOf(node: number): number {
    return this.#range.builds[node] ?? -1;
  }

  #current(): { model: SearchModel; posterior: Posterior } {
    if (this.#posterior !== null) return this.#posterior;
    const { fails, change = 'gone', part } = this.#options;
    const end = part?.failingEnd ?? (fails === 'old' ? 0 : this.#range.builds.length - 1);
    const model = {
      range: this.#range,
      fails,
      ancestry: this.#ancestry,
      change,
      levels: levelsFor(this.seen(end), change),
    };
    const visits = this.#representatives.flatMap((node): Visit[] => {
      const seen = this.#seen.get(this.#buildOf(node));
      return seen === undefined || seen.runs === 0 ? [] : [{ node, seen }];
    });
    this.#posterior = { model, posterior: posteriorOf(model, visits) };
    return this.#posterior;
  }

  /** The likeliest node, and how sure it is under both priors. */
  #likeliest(posterior: Posterior): { node: number; cell: number; sure: number } | null {
    let best: { node: number; cell: number; sure: number } | null = null;
    for (const [cell, { hypotheses, weight }] of posterior.cells.entries()) {
      const even = (posterior.evenChange[cell] ?? 0) / hypotheses.length;
      for (const h of hypotheses) {
        const node = this.#ancestry.nodes[h] ?? 0;
        const weighted = ((posterior.change[cell] ?? 0) * (this.#range.weights[node] ?? 0)) / weight;
        const sure = Math.min(even, weighted);
        if (best === null || sure > best.sure) best = { node, cell, sure };
      }
    }
    return best;
  }

  /** Where the side that should be clean has failed too, the posterior is too sure of itself: bisect.md, section 3. */
  #needed({ given }: Posterior, cell: number): number {
    const { confidence, change } = this.#options;
    if (change === 'reduced') return confidence;
    return (given[cell]?.clean.failures ?? 0) > 0 ? 1 - (1 - confidence) / 5 : confidence;
  }

  /**
   * A rate that drifts makes a revision look clean that only fails seldom. So the last failing one must have failed by
   * itself a few times; null where it has, or cannot be run.
   */
  #doubtful(change: number, { givenNone }: Posterior, costs: BisectorCosts): { node: number; runs: number } | null {
    const { parents } = this.#range;
    const last = this.#options.fails === 'new' ? [change] : [...(parents[change] ?? [])];
    const usable = last.filter((node) => !this.#unusable.has(this.#buildOf(node)));
    const most = Math.max(...usable.map((node) => this.seen(node).failures), usable.length === 0 ? Infinity : 0);
    const { failures, runs } = givenNone.reductions[0]?.high ?? { failures: 1, runs: 1 };
    const runsPerFailure = runs / Math.max(failures, 1);
    const wait = (leastFailures.thorough - most) * runsPerFailure * costs.runSeconds;
    const isAffordable = wait <= Math.max(30, (costs.spentSeconds ?? 0) / 4);
    if (most >= (isAffordable ? leastFailures.thorough : leastFailures.hasty)) return null;
    const node = usable.reduce((a, b) => (this.seen(b).failures > this.seen(a).failures ? b : a));
    return { node, runs: Math.ceil(8 * runsPerFailure) };
  }

  #experiment(model: SearchModel, posterior: Posterior, costs: BisectorCosts) {
    const usable = this.#representatives.filter((node) => !this.#unusable.has(this.#buildOf(node)));
    const odds = buildOdds(this.#range, this.#unusable, this.#seen);
    const all = { ...costs, startSeconds: costs.startSeconds ?? 0, failsToBuild: odds };
    const isReady = (node: number) => costs.buildSeconds(node) === 0;
    const coarse = candidateNodes(posterior, model.ancestry, usable, isReady);
    const best = bestExperiment(model, posterior, coarse.nodes, all);
    return best === null ? null : bestExperiment(model, posterior, coarse.around(best.node), all);
  }
}
