import { EngineError, type ExitCode } from '../errors.ts';
import type { Condition, Stratum } from '../model/condition.ts';
import type { Batch, Engine, EngineJob, EngineRecord, EngineSession } from '../model/engine.ts';
import type { ClassEvent, HuntEvent, StopReason } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { JudgeRules } from '../model/suite.ts';
import type { HuntSummary } from '../model/summary.ts';
import { conditionText } from '../perturb/condition-text.ts';
import type { SummaryFold } from '../report/summary.ts';
import type { Memory } from '../search/memory.ts';
import { metStopRule } from '../search/stop.ts';
import type { HuntLog } from '../store/hunt-log.ts';
import { BatchPlanner } from './batch-planner.ts';
import { classEvent } from './class-event.ts';
import { exitCodeOf } from './exit-code.ts';
import { type Refusal, Refusals } from './refusals.ts';
import type { ResumePoint } from './resume-point.ts';
import { StallWatch } from './stall-watch.ts';
import { talliesOf } from './tallies.ts';

export interface Conduct {
  header: HuntHeader;
  engine: Engine;
  job: EngineJob;
  /** Identity of what carries out the runs; logged with each session. */
  supervisor: string;
  /** The base one first. */
  conditions: readonly [Condition, ...Condition[]];
  /** Known before the first run. */
  refused: readonly Refusal[];
  /** Where the numbers of runs, classes and batches go on. */
  from: ResumePoint;
  rules: JudgeRules;
  /** Why nothing can be learned here, whatever the runs return; null when nothing stands in the way. */
  refusal: string | null;
  log: HuntLog;
  summary: SummaryFold;
  /** Fed, like the summary, with what the log already holds. */
  memory: Memory;
  /** Called after each event has been logged. */
  onEvent(event: HuntEvent): void;
  signal: AbortSignal;
  /** Milliseconds that runs in progress get to end when a rule stops the hunt; null: as far as runs have taken so far. */
  graceMs: number | null;
  /** Milliseconds of a monotonic clock. */
  monotonicMs(): number;
  /** Milliseconds since the epoch; informational. */
  wallClockMs(): number;
}

export interface HuntEnd {
  reason: StopReason;
  exitCode: ExitCode;
  summary: HuntSummary;
}

/**
 * Conducts one session of a hunt: gives batches to the engine, logs and judges what comes back, ends by the first stop
 * rule that is met or when the signal aborts. The log, the summary and the memory must already hold the hunt's header event.
 * @throws EngineError when the engine broke, EnvironmentError when the log cannot be written; what was logged stays.
 */
export async function conductHunt(conduct: Conduct): Promise<HuntEnd> {
  return await new Session(conduct).run();
}

const watchMs = 100;

class Session {
  readonly #c: Conduct;
  readonly #planner: BatchPlanner;
  readonly #refusals: Refusals;
  readonly #stalls: StallWatch;
  readonly #earlierMs: number;
  readonly #began: number;
  #engine: EngineSession | null = null;
  /** Given to the engine last. */
  #batch: Batch | null = null;
  #reason: StopReason | null = null;
  #abandoned = 0;
  #slowestUs = 0;

  constructor(conduct: Conduct) {
    this.#c = conduct;
    this.#planner = new BatchPlanner({
      seed: conduct.header.seed,
      strategy: conduct.header.strategy ?? 'plain',
      conditions: conduct.conditions,
      jobs: conduct.header.jobs,
      cpus: conduct.job.cpus.length,
      firstId: conduct.from.nextBatch,
      memory: conduct.memory,
    });
    const { dropouts } = conduct.memory;
    this.#refusals = new Refusals(dropouts, (event) => this.#emit({ ...event, t: conduct.wallClockMs() }));
    this.#earlierMs = conduct.summary.totals().elapsedMs;
    this.#began = conduct.monotonicMs();
    this.#stalls = new StallWatch(watchMs, this.#began);
  }

  async run(): Promise<HuntEnd> {
    const { header, job, engine, supervisor, signal } = this.#c;
    this.#emit({ type: 'session', t: this.#c.wallClockMs(), firstRun: job.firstRun, supervisor, stop: header.stop });
    for (const refusal of this.#c.refused) this.#refusals.add(refusal, this.#c.from.nextBatch);
    const session = await engine.start(job);
    this.#engine = session;
    const interrupt = () => this.#stop('interrupted');
    signal.addEventListener('abort', interrupt, { once: true });
    this.#stalls.look(this.#c.monotonicMs());
    const watch = setInterval(() => this.#look(), watchMs);
    try {
      if (signal.aborted) interrupt();
      else this.#next();
      for await (const record of session.records) this.#take(record);
    } catch (error) {
      this.#endBroken(error);
    } finally {
      clearInterval(watch);
      signal.removeEventListener('abort', interrupt);
    }
    return this.#end(this.#reason ?? 'error');
  }

  #look(): void {
    this.#noticeStall();
    this.#checkRules();
  }

  #noticeStall(): void {
    const frozenMs = this.#stalls.look(this.#c.monotonicMs());
    if (this.#batch !== null) this.#refusals.ofStall(frozenMs, this.#batch);
  }

  #take(record: EngineRecord): void {
    // Before a record ends the batch that was on.
    this.#noticeStall();
    const t = this.#c.wallClockMs();
    switch (record.type) {
      case 'class':
        this.#slowestUs = Math.max(this.#slowestUs, record.outcome.usage.wallUs);
        this.#takeClass(classEvent(record, this.#classId(record.id), t, this.#c));
        break;
      case 'tally':
        this.#slowestUs = Math.max(this.#slowestUs, record.wall.maxUs);
        this.#emit({ t, ...record, class: this.#classId(record.class) });
        break;
      case 'batch-end':
        this.#emit({ type: 'batch-end', t, batch: record.id, runs: record.runs, elapsedUs: record.elapsedUs });
        this.#planner.ended(record);
        this.#checkRules();
        if (this.#reason === null) this.#next();
        return;
      case 'effect':
      case 'boot':
        this.#emit({ t, ...record });
        return;
      case 'refused':
        this.#refusals.add(record, record.batch);
        return;
      case 'note':
        this.#emit({ type: 'note', t, text: record.text });
        return;
      case 'bye':
        this.#abandoned = record.abandoned;
        return;
      case 'hello':
      case 'beat':
      case 'trace':
      case 'halt':
        return;
    }
    this.#checkRules();
  }

  #next(): void {
    const { batch, purpose } = this.#planner.next(this.#remaining());
    const stratum: Stratum = { condition: conditionText(batch.condition), jobs: batch.jobs };
    const { id, learnt } = batch;
    this.#emit({ type: 'batch', t: this.#c.wallClockMs(), batch: id, stratum, purpose, learnt });
    this.#batch = batch;
    this.#engine?.submit(batch);
  }

  #takeClass(event: ClassEvent): void {
    this.#emit(event);
    this.#refusals.ofClass(event);
  }

  #remaining(): Pick<Batch, 'runs' | 'ms'> {
    const { loops, timeMs } = this.#c.header.stop;
    const runs = loops === null ? null : Math.max(1, loops - this.#c.summary.totals().runs);
    return { runs, ms: timeMs === null ? null : Math.max(1, Math.ceil(timeMs - this.#elapsedMs())) };
  }

  /** Engines count classes from 1 in every session; a hunt's classes go on. */
  #classId(engineId: number): number {
    return this.#c.from.nextClass - 1 + engineId;
  }

  #checkRules(): void {
    if (this.#reason !== null) return;
    const tally = talliesOf(this.#c.summary.totals(), this.#c.header, {
      elapsedMs: this.#elapsedMs(),
      unfit: this.#c.memory.dropouts.unfitRuns,
    });
    const met = metStopRule(this.#c.header.stop, tally);
    if (met !== null) this.#stop(met);
  }

  /** Runs in progress may end; an interrupt does not wait for them. */
  #stop(reason: StopReason): void {
    if (this.#reason !== null && reason !== 'interrupted') return;
    this.#reason = reason;
    const graceMs = this.#c.graceMs ?? Math.max(1000, (3 * this.#slowestUs) / 1000);
    this.#engine?.stop(reason === 'interrupted' ? 0 : graceMs);
  }

  /** The log may be what broke; then the error it gave first is the one to tell. */
  #endBroken(error: unknown): never {
    try {
      this.#end('error');
    } catch {
      throw error;
    }
    throw error instanceof EngineError ? this.#withWayOut(error) : error;
  }

  #withWayOut(error: EngineError): EngineError {
    const { id } = this.#c.header;
    const kept = `The runs reported until then are kept: \`flakehunt show ${id}\` tells of them, \`flakehunt run --resume ${id}\` goes on.`;
    return new EngineError(`${error.message} ${kept}`, { cause: error });
  }

  #end(reason: StopReason): HuntEnd {
    const exitCode = exitCodeOf(reason, this.#c.header, this.#c.summary.totals());
    this.#emit({ type: 'end', t: this.#c.wallClockMs(), reason, abandoned: this.#abandoned, exitCode });
    return { reason, exitCode, summary: this.#c.summary.snapshot() };
  }

  #elapsedMs(): number {
    return this.#earlierMs + this.#c.monotonicMs() - this.#began;
  }

  #emit(event: HuntEvent): void {
    this.#c.log.append(event);
    this.#c.summary.apply(event);
    this.#c.memory.apply(event);
    this.#c.onEvent(event);
  }
}
