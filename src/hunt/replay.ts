import { EnvironmentError } from '../errors.ts';
import type { Condition } from '../model/condition.ts';
import type { ClassRecord, Engine, EngineJob, EngineRecord, EngineSession, HaltRecord } from '../model/engine.ts';
import type { Outcome } from '../model/outcome.ts';
import type { OriginalRun, ReplayOutcome, ReplayReason, ReplaySummary } from '../model/replay.ts';
import type { JudgeRules } from '../model/suite.ts';
import type { Judgement, MaskedPolicy } from '../model/verdict.ts';
import { excerpt } from '../oracle/excerpt.ts';
import { judge } from '../oracle/judge.ts';
import { ReplayFold } from '../replay/agreement.ts';

/** What is run again, and how. */
export interface Replay {
  engine: Engine;
  job: EngineJob;
  condition: Condition;
  /** The number that the test is told. */
  asRun: number;
  /** Of the run, 16 hex digits. */
  seed: string;
  times: number;
  /** Ends with the first failing run. */
  untilFail: boolean;
  /** Words by which a run is stopped at its failure point; null: runs are not stopped. */
  haltAt: string | null;
  original: OriginalRun | null;
  masked: MaskedPolicy;
  rules: JudgeRules;
  /** Why nothing can be learned here, whatever the runs return. */
  refusal: string | null;
  /** Runs are made in guests. */
  inGuest: boolean;
  signal: AbortSignal;
  /** Called after each batch of news with the runs so far. */
  onRuns(runs: number): void;
  onNote(text: string): void;
  /** The run stands still at its failure point; it is ended once this is settled. */
  onHalt(halt: HaltRecord): Promise<void>;
}

export interface ReplayEnd {
  reason: ReplayReason;
  summary: ReplaySummary;
  /** The run that was stopped at its failure point. */
  halted: HaltRecord | null;
  /** The first failing run in full. */
  failure: { run: number; judgement: Judgement; outcome: Outcome } | null;
}

/**
 * Makes runs from one seed, one after the other, and compares them.
 * @throws EnvironmentError when a part of the condition is refused here, EngineError when the engine broke.
 */
export async function conductReplay(replay: Replay): Promise<ReplayEnd> {
  return await new ReplaySession(replay).run();
}

/** Nobody looks at a run for longer than a week. */
const patienceMs = 7 * 24 * 3_600_000;

type Judged = Omit<ReplayOutcome, 'count'>;

class ReplaySession {
  readonly #r: Replay;
  readonly #fold: ReplayFold;
  readonly #classes = new Map<number, Judged>();
  #session: EngineSession | null = null;
  #reason: ReplayReason | null = null;
  #failure: ReplayEnd['failure'] = null;
  #halted: HaltRecord | null = null;
  #refused: string | null = null;
  #runs = 0;

  constructor(replay: Replay) {
    this.#r = replay;
    this.#fold = new ReplayFold(replay.original);
  }

  async run(): Promise<ReplayEnd> {
    const { engine, job, condition, asRun, seed, times, haltAt, signal } = this.#r;
    const session = await engine.start(job);
    this.#session = session;
    const interrupt = () => this.#stop('interrupted');
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      const replay = { run: asRun, seed, haltAt };
      if (signal.aborted) interrupt();
      else session.submit({ id: 1, condition, jobs: 1, runs: times, ms: null, learnt: null, replay });
      for await (const record of session.records) await this.#take(record);
    } finally {
      signal.removeEventListener('abort', interrupt);
    }
    if (this.#refused !== null) throw new EnvironmentError(this.#refused);
    const summary = this.#fold.summary();
    return { reason: this.#reason ?? 'times', summary, halted: this.#halted, failure: this.#failure };
  }

  async #take(record: EngineRecord): Promise<void> {
    switch (record.type) {
      case 'class':
        if (this.#isWanted(record.run)) this.#takeClass(record);
        break;
      case 'tally':
        for (const [first, last] of record.runs) {
          for (let run = first; run <= last && this.#isWanted(run); run++) this.#count(this.#classes.get(record.class));
        }
        break;
      case 'trace':
        if (this.#isWanted(record.run)) this.#fold.takeTrace(record.run, record.schedule, record.lines);
        break;
      case 'halt':
        this.#reason ??= 'halted';
        this.#halted = record;
        this.#session?.stop(patienceMs);
        await this.#r.onHalt(record);
        this.#session?.stop(0);
        break;
      case 'refused':
        this.#refused = `The run cannot be replayed here, for there is no ${record.part} on this machine: ${record.text}. \`flakehunt doctor\` tells more.`;
        break;
      case 'note':
        this.#r.onNote(record.text);
        break;
      case 'batch-end':
        this.#stop('times');
        break;
      case 'hello':
      case 'boot':
      case 'beat':
      case 'effect':
      case 'bye':
        break;
    }
  }

  #takeClass({ id, run, outcome }: ClassRecord): void {
    const { rules, refusal, inGuest, untilFail } = this.#r;
    const judgement: Judgement =
      refusal === null
        ? judge(outcome, rules, inGuest)
        : { verdict: 'invalid', signature: null, known: null, reason: refusal };
    const { ending, stacks } = outcome;
    const judged = { judgement, ending, excerpt: excerpt(outcome, rules), stacks, firstRun: run };
    this.#classes.set(id, judged);
    this.#count(judged);
    if (this.#failure !== null || !isFailure(judgement, this.#r)) return;
    this.#failure = { run, judgement, outcome };
    if (untilFail) this.#stop('failed');
  }

  #count(judged: Judged | undefined): void {
    if (judged === undefined) return;
    this.#fold.takeRuns(judged, 1);
    this.#r.onRuns(++this.#runs);
  }

  /** What the engine began while it was told to stop does not count, nor what became of a run that somebody looked at. */
  #isWanted(run: number): boolean {
    if (this.#halted !== null) return run < this.#halted.run;
    return !this.#r.untilFail || this.#failure === null || run <= this.#failure.run;
  }

  #stop(reason: ReplayReason): void {
    this.#reason ??= reason;
    this.#session?.stop(0);
  }
}

/** A masked run counts where it is asked to, and where a masked one is replayed. */
export function isFailure({ verdict }: Judgement, { masked, original }: Pick<Replay, 'masked' | 'original'>): boolean {
  if (verdict === 'masked') return masked === 'fail' || original?.judgement.verdict === 'masked';
  return verdict === 'fail' || verdict === 'hang';
}
