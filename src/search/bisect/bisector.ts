import type { SearchRange, Seen } from '../../model/bisect.ts';
import { ancestryOf } from './ancestry.ts';
import { buildOdds } from './build-odds.ts';
import { candidateNodes } from './candidates.ts';
import { chooser } from './experiment.ts';
import { type ChangeKind, levelsFor } from './levels.ts';
import { type Posterior, posteriorOf, type SearchModel, type Visit } from './posterior.ts';
import { doubtful, type Leader, leaderOf } from './stop-rule.ts';

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

/**
 * The search for the change of a rate. A value that is fed: `record` what was seen, ask `next`. It knows nodes, not
 * commits, draws nothing at random, and the order in which things were seen does not matter to it.
 */
export class Bisector {
  readonly #range: SearchRange;
  readonly #options: BisectorOptions;
  readonly #ancestry: SearchModel['ancestry'];
  /** The node that stands for those that are built alike, by build. */
  readonly #firstOf = new Map<number, number>();
  /** By build. */
  readonly #seen = new Map<number, Seen>();
  readonly #unusable = new Set<number>();
  #posterior: { model: SearchModel; posterior: Posterior } | null = null;

  constructor(range: SearchRange, options: BisectorOptions) {
    this.#range = range;
    this.#options = options;
    this.#ancestry = ancestryOf(range);
    for (const [node, build] of range.builds.entries()) {
      if (!this.#firstOf.has(build) && options.part?.nodes.has(node) !== false) this.#firstOf.set(build, node);
    }
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
    const usable = [...this.#firstOf.values()].filter((node) => this.#isUsable(node));
    const leader = leaderOf(model, posterior, this.#unusable.size > 0 ? usable : null);
    const { node = null, sure = 0 } = leader ?? {};
    const undecided = { kind: 'stop', reason: 'undecided', node, posterior: sure } as const;
    if (leader !== null && sure >= confidence) {
      const doubt = this.#doubt(model, posterior, leader, costs);
      if (doubt !== null) return { kind: 'run', ...doubt, why: 'make sure' };
      return leader.isAlone ? { kind: 'stop', reason: 'found', node, posterior: sure } : undecided;
    }
    const experiment = this.#experiment(model, posterior, usable, costs);
    if (experiment !== null) return { kind: 'run', node: experiment.node, runs: experiment.runs, why: 'tells most' };
    return undecided;
  }

  #buildOf(node: number): number {
    return this.#range.builds[node] ?? -1;
  }

  #isUsable(node: number): boolean {
    return !this.#unusable.has(this.#buildOf(node));
  }

  #current(): { model: SearchModel; posterior: Posterior } {
    if (this.#posterior !== null) return this.#posterior;
    const { fails, change = 'gone', part } = this.#options;
    const end = part?.failingEnd ?? (fails === 'old' ? 0 : this.#range.builds.length - 1);
    const levels = levelsFor(this.seen(end), change);
    const model = { range: this.#range, fails, ancestry: this.#ancestry, change, levels };
    const visits: Visit[] = [];
    for (const [build, seen] of this.#seen) {
      const node = this.#firstOf.get(build);
      if (node !== undefined && seen.runs > 0) visits.push({ node, seen });
    }
    visits.sort((a, b) => a.node - b.node);
    this.#posterior = { model, posterior: posteriorOf(model, visits) };
    return this.#posterior;
  }

  #doubt(model: SearchModel, posterior: Posterior, leader: Leader, { runSeconds, spentSeconds = 0 }: BisectorCosts) {
    const isUsable = (node: number) => this.#isUsable(node);
    const seen = (node: number) => this.seen(node);
    return doubtful(model, posterior, leader, isUsable, seen, { runSeconds, spentSeconds });
  }

  #experiment(model: SearchModel, posterior: Posterior, usable: readonly number[], costs: BisectorCosts) {
    const failsToBuild = buildOdds(this.#range, this.#unusable, this.#seen);
    const choose = chooser(model, posterior, { ...costs, startSeconds: costs.startSeconds ?? 0, failsToBuild });
    const candidates = candidateNodes(model, posterior, usable, (node) => costs.buildSeconds(node) === 0);
    const best = choose(candidates.nodes);
    return best === null ? null : choose(candidates.around(best.node));
  }
}
