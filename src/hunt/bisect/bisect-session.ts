import type { ExitCode } from '../../errors.ts';
import type { BisectFinding, BisectOutcome, BisectPhase, BisectSummary, BisectVerb, Seen } from '../../model/bisect.ts';
import type { BisectEvent, SeenEvent } from '../../model/bisect-events.ts';
import { parseCondition } from '../../perturb/condition-text.ts';
import type { BisectFold } from '../../report/bisect/bisect-fold.ts';
import type { Bisector, BisectStep } from '../../search/bisect/bisector.ts';
import { mixSeed } from '../../stats/random.ts';
import type { BisectLog } from '../../store/bisect-log.ts';
import { bisectExitCode } from './bisect-exit-code.ts';
import type { BisectKnowledge } from './bisect-knowledge.ts';
import { findReduction } from './find-reduction.ts';
import { makeCheck } from './make-check.ts';
import type { BisectSubject, BuiltRevision, RevisionBuilder } from './revision-builder.ts';
import { type HuntPlace, huntRevision, type RunPlan } from './revision-hunt.ts';

export interface BisectSetup {
  subject: BisectSubject;
  log: BisectLog;
  fold: BisectFold;
  /** Fed, like the fold, with what the log already holds. */
  knowledge: BisectKnowledge;
  builder: RevisionBuilder;
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

export interface BisectEnd {
  outcome: BisectOutcome;
  exitCode: ExitCode;
  summary: BisectSummary;
}

/** Searches, checks what it finds, and looks for a reduction beside it, until all is said or the time is over. */
export async function searchHistory(setup: BisectSetup): Promise<BisectEnd> {
  return await new BisectSession(setup).run();
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
/** How often a check may disagree before it is said that the search does not come to an end. */
const mostChecks = 3;

/** One session of a bisect: what the search, the check and the look for a reduction do with revisions. */
export class BisectSession {
  readonly setup: BisectSetup;
  readonly #ends: number;
  #experiments: number;

  constructor(setup: BisectSetup) {
    this.setup = setup;
    this.#ends = setup.monotonicMs() + setup.timeMs;
    this.#experiments = setup.knowledge.seen.length;
  }

  async run(): Promise<BisectEnd> {
    this.emit({ type: 'session', t: this.#now(), timeMs: this.setup.timeMs });
    const outcome = await this.#search();
    const exitCode = bisectExitCode(outcome);
    this.emit({ type: 'end', t: this.#now(), outcome, exitCode });
    return { outcome, exitCode, summary: this.setup.fold.summary() };
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
    this.emit({ type: 'doing', t: this.#now(), what });
  }

  note(text: string): void {
    this.emit({ type: 'note', t: this.#now(), text });
  }

  /** Runs one revision; null where it cannot be run, which is then known. */
  async experiment({ node, runs, condition, phase, untilFailure }: Experiment): Promise<SeenEvent | null> {
    const { knowledge, place, plan } = this.setup;
    const at = knowledge.representative(node);
    const target = await this.#built(at);
    if (target === null) return null;
    const name = this.nameOf(at);
    this.doing(`running ${name}, up to ${runs} ${runs === 1 ? 'run' : 'runs'}`);
    const seed = mixSeed(knowledge.header.seed, this.#experiments++);
    const began = this.setup.monotonicMs();
    const isCut = untilFailure && !knowledge.othersPrevail;
    const { hunt, counter } = await huntRevision(
      target,
      {
        conditions: [parseCondition(condition)],
        strategy: condition,
        stop: { loops: runs, failures: isCut ? 1 : null, timeMs: Math.max(100, this.leftMs()), untilRate: null },
        seed,
      },
      plan,
      { ...place, onBegun: (id) => this.emit({ type: 'begun', t: this.#now(), node: at, phase, condition, hunt: id }) },
    );
    const { seen, others, skipped, invalid, runs: made, reason } = counter.total();
    const seconds = (this.setup.monotonicMs() - began) / 1000;
    const event: SeenEvent = {
      ...{ type: 'seen', t: this.#now(), node: at, phase, condition, seen, others, skipped, invalid },
      ...{ runs: made, seconds, hunt, from: null },
    };
    this.emit(event);
    if (made > 0 && seen.runs === 0 && knowledge.idleHunts(at) >= mostIdle) {
      this.giveUp(at, 'run', reason ?? `${others[0]?.title ?? 'every run'} hides what is looked for`, null);
    }
    return event;
  }

  giveUp(node: number, kind: 'build' | 'run', reason: string, log: string | null): void {
    this.emit({ type: 'unusable', t: this.#now(), node, kind, reason, log });
  }

  nameOf(node: number): string {
    return this.setup.knowledge.entries[node]?.name ?? String(node);
  }

  /** Experiments that a search asks for, until it stops; null when the time was over first. */
  async follow(
    make: () => Bisector,
    how: Pick<Experiment, 'condition' | 'phase'>,
    isOver: () => boolean = () => this.isOver,
  ): Promise<Extract<BisectStep, { kind: 'stop' }> | null> {
    for (let bisector = make(); ; bisector = make()) {
      if (how.phase === 'search') this.#tellPosterior(bisector);
      if (this.#endsAreAlike) return { kind: 'stop', reason: 'no-change', node: null, posterior: 1 };
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
    this.emit({ type: 'finding', t: this.#now(), verb, state, suspects, posterior, check });
  }

  async #search(): Promise<BisectOutcome> {
    for (let checks = 1; ; checks++) {
      const stop = await this.follow(() => this.bisector(), { condition: this.condition, phase: 'search' });
      if (stop === null) return this.#outOfTime();
      if (stop.reason === 'no-change') return this.#withoutChange();
      if (stop.reason === 'undecided' || stop.node === null) return this.#undecided();
      const check = await makeCheck(this, stop.node, 'gone', this.condition);
      if (check === null && this.isOver) return this.#outOfTime();
      if (check !== null && !check.agrees && checks < mostChecks) continue;
      this.#found(stop.node, check);
      if (check?.agrees === false) return 'undecided';
      await findReduction(this, stop.node);
      return this.interrupted ? 'interrupted' : 'decided';
    }
  }

  #found(node: number, check: BisectFinding['check']): void {
    const { direction } = this.setup.knowledge.header;
    const isGone = check === null || check[direction === 'fix' ? 'after' : 'before'].rate.failures === 0;
    const verb: BisectVerb = direction === 'fix' ? (isGone ? 'fixed' : 'reduced') : isGone ? 'introduced' : 'raised';
    const bisector = this.bisector();
    this.#tellPosterior(bisector);
    const all = bisector.distribution();
    const own = all.find((one) => one.node === node)?.mass ?? 0;
    const others = all.filter((one) => one.node !== node && one.mass > 1e-4).slice(0, 5);
    this.find(verb, 'found', [{ node, mass: own }, ...others], own, check);
  }

  /** The likeliest that hold the confidence together. */
  #undecided(): BisectOutcome {
    const { direction, confidence } = this.setup.knowledge.header;
    const bisector = this.bisector();
    this.#tellPosterior(bisector);
    const suspects: { node: number; mass: number }[] = [];
    let held = 0;
    for (const one of bisector.distribution()) {
      if (held >= confidence || suspects.length >= 1000) break;
      suspects.push(one);
      held += one.mass;
    }
    if (suspects.length > 0 && this.#isLookedAt)
      this.find(direction === 'fix' ? 'fixed' : 'introduced', 'undecided', suspects, held, null);
    return 'undecided';
  }

  /** Something but the failing end was run; before that, masses are guesses. */
  get #isLookedAt(): boolean {
    const { header, range, seen } = this.setup.knowledge;
    const failing = header.direction === 'fix' ? range.builds[0] : range.builds.at(-1);
    return seen.some(
      ({ node, condition, seen: { runs } }) =>
        runs > 0 && condition === this.condition && range.builds[node] !== failing,
    );
  }

  #outOfTime(): BisectOutcome {
    if (this.interrupted) return 'interrupted';
    const { noChange } = this.bisector();
    const isClear = noChange >= this.setup.knowledge.header.confidence;
    if (isClear || (noChange >= 0.5 && this.#cleanEndFails)) return this.#withoutChange();
    return this.#undecided();
  }

  /** The same rate everywhere: the end that should be clean is not, or nobody looked there. */
  #withoutChange(): BisectOutcome {
    if (this.#endsAreAlike) this.note('at both ends the test is built into the same program');
    return this.#cleanEndFails ? 'both-fail' : 'no-change';
  }

  /** Then no change lies in between, or one that another takes back: no search finds it. */
  get #endsAreAlike(): boolean {
    const { builds } = this.setup.knowledge.range;
    return builds[0] === builds.at(-1);
  }

  get #cleanEndFails(): boolean {
    const { knowledge } = this.setup;
    const clean = knowledge.header.direction === 'fix' ? knowledge.entries.length - 1 : 0;
    return knowledge.seenAt(clean, this.condition).failures > 0;
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
      this.emit({ type: 'built', t: this.#now(), node, cached, seconds, identity });
      if (twin !== null) this.emit({ type: 'same', t: this.#now(), node, as: twin });
    }
    return built.target;
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
      builder.buildAhead(knowledge.representative(next.node));
      return;
    }
  }

  #tellPosterior(bisector: Bisector): void {
    const masses = bisector
      .distribution()
      .filter(({ mass }) => mass > 1e-6)
      .map(({ node, mass }): [number, number] => [node, Number(mass.toPrecision(4))]);
    this.emit({ type: 'posterior', t: this.#now(), masses, none: bisector.noChange });
  }

  #filesOf(node: number): string[] {
    return [...(this.setup.subject.touched[node] ?? [])];
  }

  #now(): number {
    return this.setup.wallClockMs();
  }
}
