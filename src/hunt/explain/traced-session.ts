import { EnvironmentError } from '../../errors.ts';
import type { Condition, Learnt } from '../../model/condition.ts';
import type { Engine, EngineJob, EngineRecord, EngineSession, Forced, PointRecord } from '../../model/engine.ts';
import type { JudgeRules } from '../../model/suite.ts';
import type { Judgement } from '../../model/verdict.ts';
import { judge } from '../../oracle/judge.ts';

/** Where runs are traced, and how they are judged. */
export interface TracePlace {
  engine: Engine;
  job: EngineJob;
  rules: JudgeRules;
  /** Why nothing can be learned here, whatever the runs return. */
  refusal: string | null;
  signal: AbortSignal;
  onRuns(runs: number): void;
}

/** Runs under one condition. */
export interface TraceOrder {
  condition: Condition;
  /** At most. */
  runs: number;
  /** No run begins after so many milliseconds; null: all are made. */
  ms: number | null;
  learnt: Learnt | null;
  stacks: boolean;
}

export interface JudgedTrace {
  /** Index of its order. */
  order: number;
  judgement: Judgement;
  forced: Forced | null;
  lines: string;
  points: PointRecord[];
}

/** What a session of traced runs brought. */
export interface TracedSession {
  runs: JudgedTrace[];
  /** Parts of conditions that cannot be put in force here, by order. */
  refused: { order: number; text: string }[];
  /** Of each order: what its runs taught. */
  learnt: (Learnt | null)[];
  elapsedMs: number;
}

/** The supervisor queues 64 batches. */
const mostQueued = 60;

/**
 * Makes the runs of all orders, in this sequence, in one session of the engine.
 * @throws EngineError when the engine broke, EnvironmentError where nothing can be learned, the signal's reason
 */
export async function traceRuns(orders: readonly TraceOrder[], place: TracePlace): Promise<TracedSession> {
  place.signal.throwIfAborted();
  if (orders.length === 0) return { runs: [], refused: [], learnt: [], elapsedMs: 0 };
  return await new Session(orders, place).run();
}

type Half = Partial<Omit<JudgedTrace, 'points'>> & { points: PointRecord[] };

class Session {
  readonly #orders: readonly TraceOrder[];
  readonly #place: TracePlace;
  readonly #runs = new Map<number, Half>();
  readonly #classes = new Map<number, Judgement>();
  readonly #refused: TracedSession['refused'] = [];
  readonly #horizons: number[] = [];
  readonly #elapsedUs: number[] = [];
  #session: EngineSession | null = null;
  #submitted = 0;
  #ended = 0;

  constructor(orders: readonly TraceOrder[], place: TracePlace) {
    this.#orders = orders;
    this.#place = place;
  }

  async run(): Promise<TracedSession> {
    const { engine, job, signal } = this.#place;
    const began = performance.now();
    const session = await engine.start(job);
    this.#session = session;
    const interrupt = () => session.stop(0);
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      if (signal.aborted) interrupt();
      else this.#submit();
      for await (const record of session.records) this.#take(record);
    } finally {
      signal.removeEventListener('abort', interrupt);
    }
    signal.throwIfAborted();
    const runs = this.#whole();
    const learnt = this.#orders.map((_, index) => {
      const made = runs.filter(({ order }) => order === index).length;
      const spanUs = (this.#elapsedUs[index] ?? 0) / made;
      return made === 0 ? null : { horizon: Math.max(1, this.#horizons[index] ?? 1), spanUs: Math.max(1, spanUs) };
    });
    return { runs, refused: this.#refused, learnt, elapsedMs: performance.now() - began };
  }

  #submit(): void {
    while (this.#submitted < this.#orders.length && this.#submitted - this.#ended < mostQueued) {
      const order = this.#orders[this.#submitted++];
      if (order === undefined) return;
      const { condition, runs, ms, learnt, stacks } = order;
      const batch = { id: this.#submitted, condition, jobs: 1, runs, ms, learnt, replay: null };
      this.#session?.submit({ ...batch, trace: condition.chaos !== null, stacks });
    }
  }

  #take(record: EngineRecord): void {
    switch (record.type) {
      case 'class':
        this.#classes.set(record.id, judge(record.outcome, this.#place.rules));
        this.#judged(record.run, record.batch, record.id);
        break;
      case 'tally':
        for (const [first, last] of record.runs)
          for (let run = first; run <= last; run++) this.#judged(run, record.batch, record.class);
        break;
      case 'trace':
        Object.assign(this.#half(record.run), { forced: record.forced, lines: record.lines });
        break;
      case 'point':
        this.#half(record.run).points.push(record);
        break;
      case 'effect':
        this.#horizons[record.batch - 1] = record.horizon;
        break;
      case 'refused':
        this.#refused.push({ order: record.batch - 1, text: record.text });
        break;
      case 'batch-end':
        this.#elapsedUs[record.id - 1] = record.elapsedUs;
        this.#ended++;
        this.#submit();
        if (this.#ended === this.#orders.length) this.#session?.stop(0);
        break;
      default:
        break;
    }
  }

  #judged(run: number, batch: number, id: number): void {
    const judgement = this.#classes.get(id);
    if (judgement === undefined) return;
    Object.assign(this.#half(run), { order: batch - 1, judgement });
    this.#place.onRuns(1);
  }

  #half(run: number): Half {
    const known = this.#runs.get(run) ?? { points: [] };
    this.#runs.set(run, known);
    return known;
  }

  #whole(): JudgedTrace[] {
    const { refusal } = this.#place;
    const runs = [...this.#runs.values()].flatMap(({ order, judgement, forced = null, lines = '', points }) =>
      order === undefined || judgement === undefined ? [] : [{ order, judgement, forced, lines, points }],
    );
    const invalid = runs.find(({ judgement }) => judgement.verdict === 'invalid');
    if (refusal !== null) throw new EnvironmentError(`Nothing can be learned here: ${refusal}.`);
    if (invalid === undefined || runs.some(({ judgement }) => judgement.verdict !== 'invalid')) return runs;
    throw new EnvironmentError(`No run was valid: ${invalid.judgement.reason ?? 'the test could not be run'}.`);
  }
}
