import type { Condition } from '../model/condition.ts';
import type { Batch, BatchEndRecord } from '../model/engine.ts';
import { type JobsProbe, nextJobsStep } from '../search/jobs.ts';

/** Which batch comes next: probes for the number of workers while `--jobs auto` is undecided, then one long batch. */
export class BatchPlanner {
  readonly #cpus: number;
  readonly #condition: Condition;
  readonly #probes: JobsProbe[] = [];
  #jobs: number | null;
  #probing = 0;
  #nextId: number;

  constructor(plan: { jobs: number | 'auto'; cpus: number; condition: Condition; firstId: number }) {
    this.#jobs = plan.jobs === 'auto' ? null : plan.jobs;
    this.#cpus = plan.cpus;
    this.#condition = plan.condition;
    this.#nextId = plan.firstId;
  }

  /** True while the batch last planned serves to find the number of workers. */
  get tuning(): boolean {
    return this.#jobs === null;
  }

  /** @param left what the stop rules leave: runs and milliseconds, null for no bound */
  next(left: Pick<Batch, 'runs' | 'ms'>): Batch {
    const step = this.#jobs === null ? nextJobsStep(this.#probes, this.#cpus) : null;
    if (step?.kind === 'settled') this.#jobs = step.jobs;
    const jobs = this.#jobs ?? (step?.kind === 'probe' ? step.jobs : 1);
    const ms = step?.kind === 'probe' ? Math.min(step.ms, left.ms ?? step.ms) : left.ms;
    this.#probing = jobs;
    return { id: this.#nextId++, condition: this.#condition, jobs, runs: left.runs, ms };
  }

  ended(record: BatchEndRecord): void {
    if (this.#jobs === null) {
      this.#probes.push({ jobs: this.#probing, runs: record.runs, elapsedUs: record.elapsedUs });
    }
  }
}
