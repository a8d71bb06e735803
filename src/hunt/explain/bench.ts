import { tracedEvents } from '../../explain/traced-events.ts';
import type { Condition } from '../../model/condition.ts';
import type { PointRecord } from '../../model/engine.ts';
import type { EventOrder, ExplainTarget, ForcedRuns, TracedRun } from '../../model/explain.ts';
import type { Judgement } from '../../model/verdict.ts';
import { conditionText, parseCondition } from '../../perturb/condition-text.ts';
import { type TracedRuns, TracedSession, type TraceOrder, type TracePlace } from './traced-session.ts';

/** An order to be forced. */
export interface ForcedOrder extends EventOrder {
  mode: 'order' | 'interleave';
  after: 'done' | 'release';
  offsetUs: number;
}

export interface ForcedResult extends ForcedRuns {
  points: PointRecord[];
}

/** Makes runs, and keeps all that were traced. */
export class Bench {
  /** Of the target, and passing ones: what else went wrong belongs to neither. */
  readonly runs: TracedRun[] = [];
  /** Runs in all, those that were not kept included. */
  made = 0;
  target: ExplainTarget | null;
  /** How long a run takes, in milliseconds, as far as it is known. */
  runMs = 10;
  readonly #place: TracePlace;
  #session: TracedSession | null = null;
  #limitMs: number;

  constructor(place: TracePlace, target: ExplainTarget | null) {
    this.#place = place;
    this.#limitMs = place.job.limitMs;
    this.target = target;
  }

  /** Kept runs of each side upon which no order was forced. */
  sides(): { failures: number; passes: number } {
    const free = this.runs.filter(({ condition }) => !condition.startsWith('chaos:force'));
    const failures = free.filter(({ failed }) => failed).length;
    return { failures, passes: free.length - failures };
  }

  /** Share of runs that fail where calls are only watched. */
  baseRate(): number {
    const watched = this.runs.filter(({ condition }) => condition === 'chaos:note');
    const failures = watched.filter(({ failed }) => failed).length;
    return (failures + 0.5) / (watched.length + 1);
  }

  /** @throws EngineError, EnvironmentError, the signal's reason */
  async make(orders: readonly TraceOrder[]): Promise<TracedRuns> {
    const job = { ...this.#place.job, limitMs: this.#limitMs, firstRun: this.made + 1 };
    this.#session ??= await TracedSession.start({ ...this.#place, job });
    const made = await this.#session.make(orders);
    this.made += made.runs.length;
    return made;
  }

  /** A run that takes so much longer than others hangs: a hundred of them should not take an hour. */
  async limit(ms: number): Promise<void> {
    const limitMs = Math.min(this.#place.job.limitMs, Math.ceil(ms));
    if (limitMs === this.#limitMs) return;
    await this.close();
    this.#limitMs = limitMs;
  }

  /** Ends what makes the runs; they are kept. */
  async close(): Promise<void> {
    await this.#session?.close();
    this.#session = null;
  }

  keep({ runs }: TracedRuns, orders: readonly TraceOrder[]): void {
    for (const { order, judgement, lines } of runs) {
      const failed = this.isTarget(judgement);
      const condition = orders[order]?.condition;
      if (condition === undefined || lines === '' || (!failed && judgement.verdict !== 'pass')) continue;
      this.runs.push({ condition: conditionText(condition), failed, events: tracedEvents(lines) });
    }
  }

  isTarget({ verdict, signature }: Judgement): boolean {
    if (this.target === null || verdict !== this.target.verdict) return false;
    // Where the threads of a hang stand is not looked at here.
    return verdict === 'hang' || signature?.id === this.target.signature.id;
  }

  /** Forces each of the orders in turn, `rounds` times `each` runs: what changes with time hits all of them alike. */
  async force(
    forced: readonly ForcedOrder[],
    { rounds, each, stacks = false, keep = true }: { rounds: number; each: number; stacks?: boolean; keep?: boolean },
  ): Promise<ForcedResult[]> {
    const turn = forced.map((order) => ({ condition: forcing(order), runs: each, ms: null, learnt: null, stacks }));
    const orders = Array.from({ length: rounds }, () => turn).flat();
    const made = await this.make(orders);
    if (keep) this.keep(made, orders);
    const results = forced.map(
      (): ForcedResult => ({ failures: 0, runs: 0, infeasible: 0, unfinished: 0, otherFailures: 0, points: [] }),
    );
    for (const run of made.runs) {
      const order = forced[run.order % forced.length];
      const result = results[run.order % forced.length];
      if (
        order === undefined ||
        result === undefined ||
        run.judgement.verdict === 'skip' ||
        run.judgement.verdict === 'invalid'
      )
        continue;
      const failed = this.isTarget(run.judgement);
      result.runs++;
      result.failures += failed ? 1 : 0;
      result.otherFailures += failed || run.judgement.verdict === 'pass' ? 0 : 1;
      result.infeasible += run.forced === 'infeasible' ? 1 : 0;
      result.unfinished += run.forced === 'yes' && isUnfinished(order, run.lines) ? 1 : 0;
      result.points.push(...run.points);
    }
    return results;
  }
}

/** The condition that forces it. */
export function forcing({ first, second, mode, after, offsetUs }: ForcedOrder): Condition {
  const offset = offsetUs === 0 ? '' : `:${offsetUs}us`;
  return parseCondition(`chaos:force:${mode}:${after}${offset}:${first}<${second}`);
}

/** A call that sleeps counts as done under force; its trace tells whether it was over before the other began. */
function isUnfinished({ first, second, after }: ForcedOrder, lines: string): boolean {
  if (after === 'release') return false;
  const events = tracedEvents(lines);
  const over = events.find(({ key }) => key === first)?.doneUs ?? null;
  const begun = events.find(({ key }) => key === second)?.releasedUs;
  return over !== null && begun !== undefined && begun < over;
}
