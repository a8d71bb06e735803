import type { ExitCode } from '../errors.ts';
import type { Condition, Stratum } from '../model/condition.ts';
import type { Batch, ClassRecord, Engine, EngineJob, EngineRecord, EngineSession } from '../model/engine.ts';
import type { HuntEvent, StopReason } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { Outcome } from '../model/outcome.ts';
import type { JudgeRules } from '../model/suite.ts';
import type { HuntSummary } from '../model/summary.ts';
import type { Judgement } from '../model/verdict.ts';
import { excerpt } from '../oracle/excerpt.ts';
import { judge } from '../oracle/judge.ts';
import { conditionText } from '../perturb/condition-text.ts';
import type { SummaryFold } from '../report/summary.ts';
import { metStopRule } from '../search/stop.ts';
import type { HuntLog } from '../store/hunt-log.ts';
import { BatchPlanner } from './batch-planner.ts';
import { exitCodeOf } from './exit-code.ts';
import type { ResumePoint } from './resume-point.ts';
import { talliesOf } from './tallies.ts';

export interface Conduct {
  header: HuntHeader;
  engine: Engine;
  job: EngineJob;
  /** Identity of what carries out the runs; logged with each session. */
  supervisor: string;
  condition: Condition;
  /** Where the numbers of runs, classes and batches go on. */
  from: ResumePoint;
  rules: JudgeRules;
  /** Why nothing can be learned here, whatever the runs return; null when nothing stands in the way. */
  refusal: string | null;
  log: HuntLog;
  summary: SummaryFold;
  /** Called after each event has been logged. */
  onEvent(event: HuntEvent): void;
  signal: AbortSignal;
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
 * rule that is met or when the signal aborts. The log and the summary must already hold the hunt's header event.
 * @throws EngineError when the engine broke, EnvironmentError when the log cannot be written; what was logged stays.
 */
export async function conductHunt(conduct: Conduct): Promise<HuntEnd> {
  return await new Session(conduct).run();
}

const watchMs = 100;

class Session {
  readonly #c: Conduct;
  readonly #planner: BatchPlanner;
  readonly #earlierMs: number;
  readonly #began: number;
  #engine: EngineSession | null = null;
  #reason: StopReason | null = null;
  #abandoned = 0;
  #slowestUs = 0;

  constructor(conduct: Conduct) {
    this.#c = conduct;
    this.#planner = new BatchPlanner({
      jobs: conduct.header.jobs,
      cpus: conduct.job.cpus.length,
      condition: conduct.condition,
      firstId: conduct.from.nextBatch,
    });
    this.#earlierMs = conduct.summary.totals().elapsedMs;
    this.#began = conduct.monotonicMs();
  }

  async run(): Promise<HuntEnd> {
    const { header, job, engine, supervisor, signal } = this.#c;
    this.#emit({ type: 'session', t: this.#c.wallClockMs(), firstRun: job.firstRun, supervisor, stop: header.stop });
    const session = await engine.start(job);
    this.#engine = session;
    const interrupt = () => this.#stop('interrupted');
    signal.addEventListener('abort', interrupt, { once: true });
    const watch = setInterval(() => this.#checkRules(), watchMs);
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

  #take(record: EngineRecord): void {
    const t = this.#c.wallClockMs();
    switch (record.type) {
      case 'class':
        this.#slowestUs = Math.max(this.#slowestUs, record.outcome.usage.wallUs);
        this.#emit(this.#judgeClass(record, t));
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
      case 'note':
        this.#emit({ type: 'note', t, text: record.text });
        return;
      case 'bye':
        this.#abandoned = record.abandoned;
        return;
      case 'hello':
        return;
    }
    this.#checkRules();
  }

  #next(): void {
    const batch = this.#planner.next(this.#remaining());
    const stratum: Stratum = { condition: conditionText(batch.condition), jobs: batch.jobs };
    const purpose = this.#planner.tuning ? 'tune-jobs' : 'hunt';
    this.#emit({ type: 'batch', t: this.#c.wallClockMs(), batch: batch.id, stratum, purpose });
    this.#engine?.submit(batch);
  }

  #remaining(): Pick<Batch, 'runs' | 'ms'> {
    const { loops, timeMs } = this.#c.header.stop;
    const runs = loops === null ? null : Math.max(1, loops - this.#c.summary.totals().runs);
    return { runs, ms: timeMs === null ? null : Math.max(1, Math.ceil(timeMs - this.#elapsedMs())) };
  }

  #judgeClass(record: ClassRecord, t: number): HuntEvent {
    const { outcome } = record;
    const id = this.#classId(record.id);
    const file = outcome.output.total > 0 ? this.#c.log.writeOutput(id, outcome.output.bytes) : null;
    return {
      type: 'class',
      t,
      class: id,
      run: record.run,
      batch: record.batch,
      exact: record.exact,
      ending: outcome.ending,
      usage: outcome.usage,
      output: { file, total: outcome.output.total, cutAt: outcome.output.cutAt },
      excerpt: excerpt(outcome, this.#c.rules),
      stacks: outcome.stacks,
      kernelLog: outcome.kernelLog,
      core: outcome.core,
      judgement: this.#judge(outcome),
    };
  }

  #judge(outcome: Outcome): Judgement {
    const { refusal, rules } = this.#c;
    if (refusal === null) return judge(outcome, rules);
    return { verdict: 'invalid', signature: null, known: null, reason: refusal };
  }

  /** Engines count classes from 1 in every session; a hunt's classes go on. */
  #classId(engineId: number): number {
    return this.#c.from.nextClass - 1 + engineId;
  }

  #checkRules(): void {
    if (this.#reason !== null) return;
    const tally = talliesOf(this.#c.summary.totals(), this.#c.header.masked, this.#elapsedMs());
    const met = metStopRule(this.#c.header.stop, tally);
    if (met !== null) this.#stop(met);
  }

  /** Runs in progress may end, within what runs have taken so far; an interrupt does not wait for them. */
  #stop(reason: StopReason): void {
    if (this.#reason !== null && reason !== 'interrupted') return;
    this.#reason = reason;
    this.#engine?.stop(reason === 'interrupted' ? 0 : Math.max(1000, (3 * this.#slowestUs) / 1000));
  }

  /** The log may be what broke; then the error it gave first is the one to tell. */
  #endBroken(error: unknown): never {
    try {
      this.#end('error');
    } catch {
      throw error;
    }
    throw error;
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
    this.#c.onEvent(event);
  }
}
