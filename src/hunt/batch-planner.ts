import type { Condition } from '../model/condition.ts';
import type { Batch, BatchEndRecord } from '../model/engine.ts';
import type { HuntEvent } from '../model/events.ts';
import { needsIdleCpu } from '../perturb/chaos.ts';
import { conditionText } from '../perturb/condition-text.ts';
import { type JobsProbe, nextJobsStep } from '../search/jobs.ts';
import type { Memory } from '../search/memory.ts';
import { type Arm, nextStep, type TunerRules } from '../search/tuner.ts';
import { mixSeed, seededUniform } from '../stats/random.ts';

export interface PlannerSetup {
  /** Of the hunt; what the tuner draws is drawn from it. */
  seed: string;
  strategy: string;
  /** The base one first. */
  conditions: readonly [Condition, ...Condition[]];
  jobs: number | 'auto';
  /** Number of CPUs the runs may use. */
  cpus: number;
  firstId: number;
  /** What the hunt taught so far; somebody else keeps feeding it. */
  memory: Memory;
}

/** A batch, and what it is for. */
export interface PlannedBatch {
  batch: Batch;
  purpose: Extract<HuntEvent, { type: 'batch' }>['purpose'];
}

/** What the stop rules leave: runs and milliseconds, null for no bound. */
type Left = Pick<Batch, 'runs' | 'ms'>;

const autoRules: TunerRules = { baseShare: 0.15, baseCompetes: true };
/** Whoever asked for a condition gets mostly that. */
const besideRules: TunerRules = { baseShare: 0.2, baseCompetes: false };
/** Runs of a first batch, however few the hunt may have in all. */
const leastRuns = 5;

/**
 * Which batch comes next: probes for the number of workers while `--jobs auto` is undecided; then one long batch where
 * there is but one condition and it provokes nothing, else short ones between which the tuner chooses.
 */
export class BatchPlanner {
  readonly #setup: PlannerSetup;
  readonly #probes: JobsProbe[] = [];
  #jobs: number | null;
  #probing = 0;
  #nextId: number;

  constructor(setup: PlannerSetup) {
    this.#setup = setup;
    this.#jobs = setup.jobs === 'auto' ? setup.memory.ledger.settledJobs : setup.jobs;
    this.#nextId = setup.firstId;
  }

  next(left: Left): PlannedBatch {
    const [base, ...others] = this.#inPlay();
    if (this.#jobs === null) {
      const step = nextJobsStep(this.#probes, this.#setup.cpus, this.#mostJobs(base));
      if (step.kind === 'probe') return this.#probe(base, step.jobs, shortened(left, step.ms));
      this.#jobs = step.jobs;
    }
    if (others.length > 0 || provokes(base)) return this.#tuned([base, ...others], this.#jobs, left);
    return this.#planned('hunt', base, this.#jobs, left);
  }

  ended(record: BatchEndRecord): void {
    if (this.#jobs === null) {
      this.#probes.push({ jobs: this.#probing, runs: record.runs, elapsedUs: record.elapsedUs });
    }
  }

  /** Conditions that can be put in force and do something; at least the base one, or what is left of it. */
  #inPlay(): [Condition, ...Condition[]] {
    const { conditions, strategy, memory } = this.#setup;
    const possible = conditions.filter((condition) => memory.dropouts.possible(condition) === condition);
    const [base = memory.dropouts.possible(conditions[0]), ...others] = possible;
    // What was asked for by name goes on, and is said to do nothing.
    if (strategy !== 'auto') return [base, ...others];
    return [base, ...others.filter((condition) => !memory.dropouts.didNothing(conditionText(condition)))];
  }

  #probe(base: Condition, jobs: number, left: Left): PlannedBatch {
    this.#probing = jobs;
    return this.#planned('tune-jobs', base, jobs, left);
  }

  #tuned(conditions: [Condition, ...Condition[]], jobs: number, left: Left): PlannedBatch {
    const { seed, strategy } = this.#setup;
    const arms = conditions.map((condition) => this.#armOf(condition, jobs));
    // Runs are numbered from 1: the seed of run 0 is free.
    const uniform = seededUniform(mixSeed(mixSeed(seed, 0), this.#nextId));
    const step = nextStep(arms, strategy === 'auto' ? autoRules : besideRules, uniform);
    const { runs, ms } = shortened(left, step.ms);
    return this.#planned('hunt', conditions[step.arm] ?? conditions[0], jobs, { runs: fairShare(runs, arms), ms });
  }

  #armOf(condition: Condition, jobs: number): Arm {
    const { chaos, noise } = condition;
    const covers = chaos?.arm === 'pct' ? 'order' : chaos?.arm === 'victim' ? 'starvation' : null;
    const stratum = { condition: conditionText(condition), jobs: Math.min(jobs, this.#mostJobs(condition)) };
    return { ...this.#setup.memory.ledger.sums(stratum), jobs: stratum.jobs, covers, startsSlowly: noise !== null };
  }

  #planned(purpose: PlannedBatch['purpose'], condition: Condition, jobs: number, left: Left): PlannedBatch {
    const learnt = this.#setup.memory.lessons.learnt(condition.chaos, conditionText(condition));
    const workers = Math.min(jobs, this.#mostJobs(condition));
    return { purpose, batch: { id: this.#nextId++, condition, jobs: workers, ...left, learnt, replay: null } };
  }

  /** An arm that waits for its CPU to be idle needs one for each worker. */
  #mostJobs({ chaos }: Condition): number {
    return needsIdleCpu(chaos) ? this.#setup.cpus : Number.POSITIVE_INFINITY;
  }
}

/** Whether runs under it may turn out to be impossible, or teach what later ones need: then one looks in between. */
function provokes({ noise, chaos, quota }: Condition): boolean {
  return noise !== null || chaos !== null || quota !== null;
}

function shortened({ runs, ms }: Left, most: number): Left {
  return { runs, ms: ms === null ? most : Math.min(ms, most) };
}

/** While some arms are untried, none takes more than its part of half the runs that are left. */
function fairShare(runs: number | null, arms: Arm[]): number | null {
  const untried = arms.filter(({ seconds }) => seconds === 0).length;
  if (runs === null || untried === 0) return runs;
  return Math.min(runs, Math.max(leastRuns, Math.floor(runs / (2 * untried))));
}
