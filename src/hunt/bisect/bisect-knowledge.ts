import type { BisectHeader, SearchRange, Seen } from '../../model/bisect.ts';
import type { BisectEvent, RangeEntry, SeenEvent } from '../../model/bisect-events.ts';
import { Bisector, type BisectorCosts, type BisectorOptions } from '../../search/bisect/bisector.ts';
import { joined, searchRange } from './range-entries.ts';

/** Before the first build and the first run. */
const guess = { buildSeconds: 10, runSeconds: 0.01 };
/** What a hunt on the machine itself costs before its first run. */
export const startSeconds = 0.1;

/**
 * What is known of a bisect, folded from its events: so one that was interrupted goes on where it was. Knows nothing of
 * how runs are made.
 */
export class BisectKnowledge {
  readonly header: BisectHeader;
  entries: RangeEntry[] = [];
  range: SearchRange = { parents: [], builds: [], weights: [] };
  /** Canonical text; null before the calibration. */
  condition: string | null = null;
  readonly seen: SeenEvent[] = [];
  readonly #unusable = new Set<number>();
  readonly #built = new Map<number, string | null>();
  readonly #idle = new Map<number, number>();
  readonly #buildTimes: number[] = [];
  #runSeconds = { runs: 0, seconds: 0 };
  #spentSeconds = 0;

  constructor(header: BisectHeader) {
    this.header = header;
  }

  apply(event: BisectEvent): void {
    switch (event.type) {
      case 'range':
        this.entries = event.entries;
        this.range = searchRange(event.entries);
        for (const [node, { exists, forked }] of event.entries.entries())
          if (!exists || forked === true) this.#unusable.add(node);
        return;
      case 'built':
        this.#built.set(event.node, event.identity);
        if (!event.cached) this.#buildTimes.push(event.seconds);
        this.#spentSeconds += event.seconds;
        return;
      case 'same':
        this.range = joined(this.range, event.node, event.as);
        return;
      case 'unusable':
        this.#unusable.add(event.node);
        return;
      case 'calibrated':
        this.condition = event.calibration.condition;
        this.#runSeconds = { runs: 1, seconds: event.calibration.secondsPerRun };
        return;
      case 'seen':
        this.#take(event);
        return;
    }
  }

  /** A search fed with all that was seen under a condition, in the part of the range that it is about. */
  bisector(condition: string, options: BisectorOptions): Bisector {
    const bisector = new Bisector(this.#rangeOf(options), options);
    for (const { node: at, condition: under, seen } of this.seen) {
      if (under === condition && options.part?.nodes.has(at) !== false) bisector.record(at, seen);
    }
    for (const at of this.#unusable) bisector.giveUp(at);
    return bisector;
  }

  /** Of a node's build, under a condition. */
  seenAt(at: number, condition: string): Seen {
    const build = this.range.builds[at];
    const sum = { failures: 0, runs: 0 };
    for (const { node: where, condition: under, seen } of this.seen) {
      if (under !== condition || this.range.builds[where] !== build) continue;
      sum.failures += seen.failures;
      sum.runs += seen.runs;
    }
    return sum;
  }

  /** Seconds that a run of a node's build takes, as far as it was run in this bisect under a condition; null: it was not. */
  runSecondsAt(at: number, condition: string): number | null {
    const build = this.range.builds[at];
    const own = this.seen.filter(
      (one) => one.condition === condition && one.from === null && this.range.builds[one.node] === build,
    );
    const runs = own.reduce((sum, one) => sum + one.runs, 0);
    return runs === 0 ? null : own.reduce((sum, one) => sum + one.seconds, 0) / runs;
  }

  /** Failures of other names are so frequent that they would end each batch before it tells anything. */
  get othersPrevail(): boolean {
    const failures = this.seen.reduce((sum, { seen }) => sum + seen.failures, 0);
    const others = this.seen.reduce((sum, event) => sum + event.others.reduce((all, { count }) => all + count, 0), 0);
    return others > failures;
  }

  isBuilt(at: number): boolean {
    return this.#built.has(at);
  }

  isUsable(at: number): boolean {
    const build = this.range.builds[at];
    return ![...this.#unusable].some((other) => this.range.builds[other] === build);
  }

  /** The node at which runs of this one's build are made: one that is built, else the first. */
  representative(at: number): number {
    return this.alike(at).find((other) => this.#built.has(other)) ?? at;
  }

  /** Nodes with the same build, as far as is known; the node itself is among them. */
  alike(at: number): number[] {
    const build = this.range.builds[at];
    return this.range.builds.flatMap((other, index) => (other === build ? [index] : []));
  }

  /** A node with another build that turned out to have the same identity; null: none. */
  twin(at: number, identity: string): number | null {
    for (const [other, known] of this.#built) {
      if (known === identity && this.range.builds[other] !== this.range.builds[at]) return other;
    }
    return null;
  }

  /** Hunts of a node in a row that taught nothing. */
  idleHunts(at: number): number {
    return this.#idle.get(at) ?? 0;
  }

  get costs(): BisectorCosts {
    const times = this.#buildTimes;
    const buildSeconds =
      times.length === 0 ? guess.buildSeconds : times.reduce((sum, one) => sum + one, 0) / times.length;
    const { runs, seconds } = this.#runSeconds;
    const builds = new Set([...this.#built.keys()].map((built) => this.range.builds[built]));
    return {
      buildSeconds: (at) => (builds.has(this.range.builds[at]) ? 0 : buildSeconds),
      runSeconds: runs === 0 ? guess.runSeconds : seconds / runs,
      startSeconds: this.header.startSeconds ?? startSeconds,
      spentSeconds: this.#spentSeconds,
    };
  }

  /** Outside of a part nothing may be the change, and neither may its old end. */
  #rangeOf({ part }: BisectorOptions): SearchRange {
    if (part === undefined) return this.range;
    const old = Math.min(...part.nodes);
    const weights = this.range.weights.map((weight, at) => (part.nodes.has(at) && at !== old ? weight : 0));
    return { ...this.range, weights };
  }

  #take(event: SeenEvent): void {
    this.seen.push(event);
    this.#spentSeconds += event.seconds;
    if (event.from === null && event.condition === this.condition && event.runs > 0) {
      this.#runSeconds = {
        runs: this.#runSeconds.runs + event.runs,
        seconds: this.#runSeconds.seconds + event.seconds,
      };
    }
    this.#idle.set(event.node, event.seen.runs === 0 ? this.idleHunts(event.node) + 1 : 0);
  }
}
