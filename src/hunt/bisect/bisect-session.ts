import type { BisectFinding, BisectPhase, BisectVerb, Seen } from '../../model/bisect.ts';
import type { BisectEvent, SeenEvent } from '../../model/bisect-events.ts';
import { parseCondition } from '../../perturb/condition-text.ts';
import type { BisectFold } from '../../report/bisect/bisect-fold.ts';
import type { Bisector, BisectStep } from '../../search/bisect/bisector.ts';
import { mixSeed } from '../../stats/random.ts';
import type { BisectLog } from '../../store/bisect-log.ts';
import type { BisectKnowledge } from './bisect-knowledge.ts';
import type { BisectSubject, BuiltRevision, NodeBuilder } from './revision-builder.ts';
import { type HuntPlace, huntRevision, type RunPlan } from './revision-hunt.ts';

export interface BisectSetup {
  subject: BisectSubject;
  log: BisectLog;
  fold: BisectFold;
  /** Fed, like the fold, with what the log already holds. */
  knowledge: BisectKnowledge;
  builder: NodeBuilder;
  plan: RunPlan;
  /** Its hunts lie in the bisect's folder. */
  place: HuntPlace;
  /** Number of CPUs the runs may use. */
  cpus: number;
  /** What this session may take. */
  timeMs: number;
  /** Called after each event has been logged. */
  onEvent(event: BisectEvent): void;
  monotonicMs(): number;
  wallClockMs(): number;
}

/** Runs of a batch, to be counted towards the target. */
export interface Experiment {
  node: number;
  runs: number;
  condition: string;
  phase: BisectPhase;
  /** End at the first failure. */
  untilFailure: boolean;
}

/** Revisions at which nothing could be learnt this many times in a row are left out. */
const mostIdle = 2;
/** One session of a bisect: what the search, the check and the look for a reduction do with revisions, and tell. */
export class BisectSession {
  readonly setup: BisectSetup;
  readonly #ends: number;
  #experiments: number;

  constructor(setup: BisectSetup) {
    this.setup = setup;
    this.#ends = setup.monotonicMs() + setup.timeMs;
    this.#experiments = setup.knowledge.seen.length;
  }

  /** Frozen for all revisions. */
  get condition(): string {
    const { condition } = this.setup.knowledge;
    if (condition === null) throw new Error('a bisect without a calibration');
    return condition;
  }

  get interrupted(): boolean {
    return this.setup.place.signal.aborted;
  }

  /** Milliseconds left of the budget. */
  leftMs(): number {
    return this.#ends - this.setup.monotonicMs();
  }

  get isOver(): boolean {
    return this.interrupted || this.setup.builder.isStopped || this.leftMs() <= 0;
  }

  emit(event: BisectEvent): void {
    this.setup.log.append(event);
    this.setup.fold.apply(event);
    this.setup.knowledge.apply(event);
    this.setup.onEvent(event);
  }

  doing(what: string): void {
    this.emit({ type: 'doing', t: this.now(), what });
  }

  note(text: string): void {
    this.emit({ type: 'note', t: this.now(), text });
  }

  /** Runs one revision; null where it cannot be run, which is then known. */
  async experiment({ node, runs, condition, phase, untilFailure }: Experiment): Promise<SeenEvent | null> {
    const { knowledge, place, plan } = this.setup;
    const at = await this.#placeOf(node);
    const built = await this.#built(at);
    if (built === null) return null;
    const name = this.nameOf(at);
    this.doing(`running ${name}, up to ${runs} ${runs === 1 ? 'run' : 'runs'}`);
    const seed = mixSeed(knowledge.header.seed, this.#experiments++);
    const began = this.setup.monotonicMs();
    const isCut = untilFailure && !knowledge.othersPrevail;
    const { hunt, counter } = await huntRevision(
      built.target,
      {
        conditions: [parseCondition(condition)],
        strategy: condition,
        stop: { loops: runs, failures: isCut ? 1 : null, timeMs: Math.max(100, this.leftMs()), untilRate: null },
        seed,
      },
      plan,
      {
        ...place,
        ...built.place,
        onBegun: (id) => this.emit({ type: 'begun', t: this.now(), node: at, phase, condition, hunt: id }),
      },
    );
    const { seen, others, skipped, invalid, runs: made, reason } = counter.total();
    const seconds = (this.setup.monotonicMs() - began) / 1000;
    const event: SeenEvent = {
      ...{ type: 'seen', t: this.now(), node: at, phase, condition, seen, others, skipped, invalid },
      ...{ runs: made, seconds, hunt, from: null },
    };
    this.emit(event);
    if (made > 0 && seen.runs === 0 && knowledge.idleHunts(at) >= mostIdle) {
      this.giveUp(at, 'run', reason ?? `${others[0]?.title ?? 'every run'} hides what is looked for`, null);
    }
    return event;
  }

  giveUp(node: number, kind: 'build' | 'run', reason: string, log: string | null): void {
    this.emit({ type: 'unusable', t: this.now(), node, kind, reason, log });
  }

  nameOf(node: number): string {
    return this.setup.knowledge.entries[node]?.name ?? String(node);
  }

  /**
   * Experiments that a search asks for, until it stops; null when the time was over first.
   * @param isSettled asked before each: nothing changed, as was found out beside the search
   */
  async follow(
    make: () => Bisector,
    how: Pick<Experiment, 'condition' | 'phase'>,
    isOver: () => boolean = () => this.isOver,
    isSettled: () => Promise<boolean> = async () => false,
  ): Promise<Extract<BisectStep, { kind: 'stop' }> | null> {
    for (;;) {
      const settled = await isSettled();
      const bisector = make();
      if (how.phase === 'search') this.tellPosterior(bisector);
      if (this.endsAreAlike) return { kind: 'stop', reason: 'no-change', node: null, posterior: 1 };
      if (settled) return { kind: 'stop', reason: 'no-change', node: null, posterior: bisector.noChange };
      if (isOver()) return null;
      const step = bisector.next(this.setup.knowledge.costs);
      if (step.kind === 'stop') return step;
      this.#buildAhead(bisector, step);
      await this.experiment({ ...how, node: step.node, runs: step.runs, untilFailure: true });
    }
  }

  /** The search as it stands, for the change that is looked for. */
  bisector(): Bisector {
    const { knowledge } = this.setup;
    const { direction, confidence } = knowledge.header;
    return knowledge.bisector(this.condition, { fails: direction === 'fix' ? 'old' : 'new', confidence });
  }

  /** Tells a finding; `likely`: nodes by mass, the likeliest first. */
  find(
    verb: BisectVerb,
    state: BisectFinding['state'],
    likely: readonly { node: number; mass: number }[],
    posterior: number,
    check: BisectFinding['check'],
  ): void {
    const suspects = likely.map(({ node, mass }) => ({ node, mass, files: this.#filesOf(node) }));
    this.emit({ type: 'finding', t: this.now(), verb, state, suspects, posterior, check });
  }

  /** Then no change lies in between, or one that another takes back: no search finds it. */
  get endsAreAlike(): boolean {
    const { builds } = this.setup.knowledge.range;
    return builds[0] === builds.at(-1);
  }

  /** The target was seen at the end that should not fail. */
  get cleanEndFails(): boolean {
    const { knowledge } = this.setup;
    const clean = knowledge.header.direction === 'fix' ? knowledge.entries.length - 1 : 0;
    return knowledge.seenAt(clean, this.condition).failures > 0;
  }

  /** Where runs of a node's build are made: at one that this bisect built, else at one that is in the build store. */
  async #placeOf(node: number): Promise<number> {
    const { knowledge, builder } = this.setup;
    const at = knowledge.representative(node);
    if (knowledge.isBuilt(at)) return at;
    const others = knowledge.alike(at).filter((other) => other !== at);
    return others.length === 0 ? at : ((await builder.storedAmong([at, ...others])) ?? at);
  }

  async #built(node: number) {
    const { knowledge } = this.setup;
    if (knowledge.costs.buildSeconds(node) > 0) this.doing(`building ${this.nameOf(node)}`);
    const built = await this.#buildOrStop(node);
    if (built === null) return null;
    if (built.kind === 'failed') {
      this.giveUp(node, 'build', built.reason, built.log);
      return null;
    }
    if (!knowledge.isBuilt(node)) {
      const { cached, seconds, identity } = built;
      const twin = knowledge.twin(node, identity);
      this.emit({ type: 'built', t: this.now(), node, cached, seconds, identity });
      if (twin !== null) this.emit({ type: 'same', t: this.now(), node, as: twin });
    }
    return built;
  }

  /** Null: it was stopped, which says nothing of the revision. */
  async #buildOrStop(node: number): Promise<BuiltRevision | null> {
    const { builder } = this.setup;
    try {
      return await builder.build(node);
    } catch (error) {
      if (builder.isStopped) return null;
      throw error;
    }
  }

  /** Where a CPU is free, builds what either outcome of the experiment would want next. */
  #buildAhead(bisector: Bisector, { node, runs }: Extract<BisectStep, { kind: 'run' }>): void {
    const { knowledge, builder, plan, cpus } = this.setup;
    if (cpus <= plan.jobs || knowledge.costs.buildSeconds(node) > 0) return;
    const outcomes: Seen[] = [
      { failures: 1, runs: Math.max(1, runs >> 1) },
      { failures: 0, runs },
    ];
    for (const outcome of outcomes) {
      const next = bisector.after(node, outcome).next(knowledge.costs);
      if (next.kind !== 'run' || knowledge.costs.buildSeconds(next.node) === 0) continue;
      // What cannot be looked up now is told when it is wanted.
      this.#placeOf(next.node).then(
        (at) => builder.buildAhead(at),
        () => undefined,
      );
      return;
    }
  }

  /** Where the change may be, as the search has it now. */
  tellPosterior(bisector: Bisector): void {
    const masses = bisector
      .distribution()
      .filter(({ mass }) => mass > 1e-6)
      .map(({ node, mass }): [number, number] => [node, Number(mass.toPrecision(4))]);
    this.emit({ type: 'posterior', t: this.now(), masses, none: bisector.noChange });
  }

  #filesOf(node: number): string[] {
    return [...(this.setup.subject.touched[node] ?? [])];
  }

  now(): number {
    return this.setup.wallClockMs();
  }
}
