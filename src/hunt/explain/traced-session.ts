import { EngineError, EnvironmentError } from '../../errors.ts';
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

/** What traced runs brought. */
export interface TracedRuns {
  runs: JudgedTrace[];
  /** Parts of conditions that cannot be put in force here, by order. */
  refused: { order: number; text: string }[];
  /** Of each order: what its runs taught. */
  learnt: (Learnt | null)[];
}

/** The supervisor queues 64 batches. */
const mostQueued = 60;

type Half = Partial<Omit<JudgedTrace, 'points'>> & { points: PointRecord[] };

/** A session of the engine that makes traced runs as they are asked for: a guest boots once for all of them. */
export class TracedSession {
  readonly #place: TracePlace;
  readonly #session: EngineSession;
  readonly #records: AsyncIterator<EngineRecord>;
  readonly #interrupt: () => void;
  /** Outcome classes hold for the whole session. */
  readonly #classes = new Map<number, Judgement>();
  #batches = 0;

  /** @throws EngineError, EnvironmentError, the signal's reason */
  static async start(place: TracePlace): Promise<TracedSession> {
    place.signal.throwIfAborted();
    return new TracedSession(place, await place.engine.start(place.job));
  }

  private constructor(place: TracePlace, session: EngineSession) {
    this.#place = place;
    this.#session = session;
    this.#records = session.records[Symbol.asyncIterator]();
    this.#interrupt = () => session.stop(0);
    place.signal.addEventListener('abort', this.#interrupt, { once: true });
    if (place.signal.aborted) this.#interrupt();
  }

  /**
   * Makes the runs of all orders, in this sequence.
   * @throws EngineError when the engine broke, EnvironmentError where nothing can be learned, the signal's reason
   */
  async make(orders: readonly TraceOrder[]): Promise<TracedRuns> {
    const part = new Part(orders, this.#batches, this.#classes, this.#place);
    this.#batches += orders.length;
    part.submit(this.#session);
    while (!part.isOver) {
      const { done, value } = await this.#records.next();
      this.#place.signal.throwIfAborted();
      if (done === true) throw new EngineError('The engine ended before all runs were made.');
      part.take(value);
      part.submit(this.#session);
    }
    return part.whole();
  }

  /** Ends it, and waits until nothing of it is left. */
  async close(): Promise<void> {
    this.#place.signal.removeEventListener('abort', this.#interrupt);
    this.#session.stop(0);
    try {
      for (let end = false; !end; end = (await this.#records.next()).done === true);
    } catch (error) {
      // What it could still say of its end is of no use to runs that were made, or that failed for a better reason.
      if (!(error instanceof EngineError)) throw error;
    }
  }
}

/** The runs of some orders, while they are made. */
class Part {
  readonly #orders: readonly TraceOrder[];
  /** Batches that were there before. */
  readonly #before: number;
  readonly #classes: Map<number, Judgement>;
  readonly #place: TracePlace;
  readonly #runs = new Map<number, Half>();
  readonly #refused: TracedRuns['refused'] = [];
  readonly #horizons: number[] = [];
  readonly #elapsedUs: number[] = [];
  #submitted = 0;
  #ended = 0;

  constructor(orders: readonly TraceOrder[], before: number, classes: Map<number, Judgement>, place: TracePlace) {
    this.#orders = orders;
    this.#before = before;
    this.#classes = classes;
    this.#place = place;
  }

  get isOver(): boolean {
    return this.#ended === this.#orders.length;
  }

  submit(session: EngineSession): void {
    while (this.#submitted < this.#orders.length && this.#submitted - this.#ended < mostQueued) {
      const order = this.#orders[this.#submitted++];
      if (order === undefined) return;
      const { condition, runs, ms, learnt, stacks } = order;
      const batch = { id: this.#before + this.#submitted, condition, jobs: 1, runs, ms, learnt, replay: null };
      session.submit({ ...batch, trace: condition.chaos !== null, stacks });
    }
  }

  take(record: EngineRecord): void {
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
        this.#horizons[this.#orderOf(record.batch)] = record.horizon;
        break;
      case 'refused':
        this.#refused.push({ order: this.#orderOf(record.batch), text: record.text });
        break;
      case 'batch-end':
        this.#elapsedUs[this.#orderOf(record.id)] = record.elapsedUs;
        this.#ended++;
        break;
      default:
        break;
    }
  }

  whole(): TracedRuns {
    const { refusal } = this.#place;
    const runs = [...this.#runs.values()].flatMap(({ order, judgement, forced = null, lines = '', points }) =>
      order === undefined || judgement === undefined ? [] : [{ order, judgement, forced, lines, points }],
    );
    if (refusal !== null) throw new EnvironmentError(`Nothing can be learned here: ${refusal}.`);
    const invalid = runs.find(({ judgement }) => judgement.verdict === 'invalid');
    if (invalid !== undefined && runs.every(({ judgement }) => judgement.verdict === 'invalid')) {
      throw new EnvironmentError(`No run was valid: ${invalid.judgement.reason ?? 'the test could not be run'}.`);
    }
    const learnt = this.#orders.map((_, index) => this.#learntBy(index, runs));
    return { runs, refused: this.#refused, learnt };
  }

  #learntBy(index: number, runs: readonly JudgedTrace[]): Learnt | null {
    const made = runs.filter(({ order }) => order === index).length;
    const spanUs = (this.#elapsedUs[index] ?? 0) / made;
    return made === 0 ? null : { horizon: Math.max(1, this.#horizons[index] ?? 1), spanUs: Math.max(1, spanUs) };
  }

  #orderOf(batch: number): number {
    return batch - this.#before - 1;
  }

  #judged(run: number, batch: number, id: number): void {
    const judgement = this.#classes.get(id);
    if (judgement === undefined) return;
    Object.assign(this.#half(run), { order: this.#orderOf(batch), judgement });
    this.#place.onRuns(1);
  }

  #half(run: number): Half {
    const known = this.#runs.get(run) ?? { points: [] };
    this.#runs.set(run, known);
    return known;
  }
}
