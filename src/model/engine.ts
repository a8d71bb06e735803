import type { Condition, Learnt } from './condition.ts';
import type { Outcome } from './outcome.ts';

/** All an engine needs to know of a hunt; fixed for the hunt's life. */
export interface EngineJob {
  argv: string[];
  /** The whole environment of the test; the engine adds FLAKEHUNT_RUN and FLAKEHUNT_SEED per run. */
  env: Record<string, string>;
  cwd: { kind: 'scratch' } | { kind: 'path'; path: string };
  /** Existing empty folder in which the workers' scratch folders are made. */
  scratchDir: string;
  /** Existing folder that receives core dumps. */
  artifactDir: string;
  limitMs: number;
  /** Hunt seed, 16 lower-case hex digits. */
  seed: string;
  /** Number of the first run: 1, or the next one after a resume. */
  firstRun: number;
  /** CPUs the runs may use. */
  cpus: number[];
  maxCores: number;
  /** How many hangs get thread states (and backtraces). */
  maxStacks: number;
  /** Path of gdb, or null. */
  gdb: string | null;
  /** Watch the kernel log (root only). */
  kernelLog: boolean;
  /** Path of stress-ng, for noise beyond the built-in classes; null: there is none. */
  stressNg: string | null;
  /** Folder of a control group below which groups with a CPU quota may be made; null: none was delegated. */
  cgroup: string | null;
  /** Path of strace: every run is made under it, and written to `strace.RUN` in the artifact folder. */
  strace?: string | null;
  /** It writes the stack of every call as well. */
  straceStacks?: boolean;
}

/** A piece of work under one condition: ends at `runs` runs or after `ms` milliseconds, whichever is first. */
export interface Batch {
  id: number;
  condition: Condition;
  /** Workers side by side; with several guests, in each. */
  jobs: number;
  runs: number | null;
  ms: number | null;
  /** Fills in what the condition's chaos leaves to be learnt; null where it needs nothing. */
  learnt: Learnt | null;
  /** Every run of the batch is this one again; null: each has its own number and seed. */
  replay: Replay | null;
  /** Each run is reported by a trace record too, as those of a replay always are. */
  trace?: boolean;
  /** Of chaos `force`: each run is reported by point records too, which say where the two threads stood. */
  stacks?: boolean;
}

export interface Replay {
  /** FLAKEHUNT_RUN of every run. */
  run: number;
  /** Seed of the run, 16 lower-case hex digits. */
  seed: string;
  /** Stop at the failure point: at the first output that holds these bytes, at a failing exit, at an abort. */
  haltAt: string | null;
}

/** First run of a class of equal outcomes; carries the outcome in full. */
export interface ClassRecord {
  type: 'class';
  id: number;
  run: number;
  worker: number;
  batch: number;
  /** False: the class groups outcomes equal but for digits (too many exact ones); `outcome` is its first. */
  exact: boolean;
  /** Rolling hash of the first run's schedule, 16 hex digits; null without chaos. */
  schedule: string | null;
  outcome: Outcome;
}

/** Inclusive ranges of run numbers, ascending. */
export type RunRanges = [first: number, last: number][];

/** Further runs of a class since the last tally. */
export interface TallyRecord {
  type: 'tally';
  batch: number;
  class: number;
  runs: RunRanges;
  count: number;
  wall: { sumUs: number; minUs: number; maxUs: number };
  /** Bucket b counts durations in [2^(b/4), 2^((b+1)/4)) microseconds. */
  histogram: [bucket: number, count: number][];
  /** Each run's duration in the order of `runs`, only when there are at most 32. */
  eachUs: number[] | null;
}

export interface BatchEndRecord {
  type: 'batch-end';
  id: number;
  runs: number;
  elapsedUs: number;
}

/** What the perturbation of a batch did, summed over its `runs` runs since the last such record. */
export interface EffectRecord {
  type: 'effect';
  batch: number;
  runs: number;
  /** Threads and processes seen. */
  threads: number;
  /** Calls intercepted; of these, those made while two or more threads lived. */
  events: number;
  concurrent: number;
  /** Calls not answered at once, for how long in all, and how many were let go one by one on purpose. */
  held: number;
  heldUs: number;
  releases: number;
  /** Changes of priority that took effect. */
  points: number;
  /** Intercepted calls that a signal took back. */
  cancelled: number;
  /** Context switches of the test. */
  voluntarySwitches: number;
  involuntarySwitches: number;
  /** Moves to another CPU, counted in `sampled` of the runs (none: the kernel does not let us count). */
  sampled: number;
  migrations: number;
  /** Median of `concurrent` of a run. */
  horizon: number;
  /** Runs in which an order was forced, could not be had, and lacked one of the two events; only of chaos `force`. */
  forced?: number;
  infeasible?: number;
  absent?: number;
}

/**
 * What came of an order that was forced upon a run. infeasible: `second` went first after all, because `first` did not come,
 * or was not over, while it was held. absent: one of the two did not happen.
 */
export type Forced = 'yes' | 'infeasible' | 'absent';

/** The schedule of one run, of a replay or where traces were asked for. */
export interface TraceRecord {
  type: 'trace';
  run: number;
  batch: number;
  /** Rolling hash over the releases, 16 hex digits. */
  schedule: string;
  /** Null but under chaos `force`. */
  forced: Forced | null;
  /** One line a release: PEDIGREE/EPOCH CALL SITE K ARRIVED_US RELEASED_US DECISION OBJECT (PROTOCOL.md, "Traces"). */
  lines: string;
}

/** Where a thread stood when it came to one of the two events of an order that is forced. */
export interface PointRecord {
  type: 'point';
  run: number;
  /** The event, as the condition names it. */
  key: string;
  /**
   * A line a frame, the innermost first, at most 32: PATH+0xOFFSET of the address behind the call, in its file, and a space
   * and 0xOFFSET of what is called where that is known. Some are left over from calls that have returned.
   */
  frames: string;
}

/** A guest has booted and is ready for runs. */
export interface BootRecord {
  type: 'boot';
  /** Counts the guests of a session from 1; a guest that went down is replaced by one of the same number. */
  guest: number;
  /** From the start of the virtual machine to its supervisor's first word. */
  ms: number;
  /** Name of the file, in the artifact folder, with what its kernel writes on its console. */
  console: string;
}

/** The run stands still at its failure point: its processes are stopped, a debugger may attach. */
export interface HaltRecord {
  type: 'halt';
  run: number;
  pid: number;
  thread: number;
  at: 'output' | 'exit' | 'abort';
}

export type EngineRecord =
  | { type: 'hello'; version: number; pid: number; features: string[] }
  | ClassRecord
  | TallyRecord
  | BatchEndRecord
  | EffectRecord
  | TraceRecord
  | PointRecord
  | HaltRecord
  | BootRecord
  /** Sign of life of a guest's supervisor, once a second. */
  | { type: 'beat' }
  /** A condition cannot be put in force: a part of it is refused here. The batch ends without (further) runs. */
  | { type: 'refused'; batch: number; part: 'chaos' | 'noise' | 'quota'; text: string }
  /** Something the user should know: `class table full, sampling`. */
  | { type: 'note'; text: string }
  /** Trailer: the engine ended as told. `abandoned`: runs in progress that were cut off and count nowhere. */
  | { type: 'bye'; runs: number; abandoned: number; reason: string };

export interface EngineSession {
  /** Batches queue up; a queued one starts without a pause when the one before it ends. */
  submit(batch: Batch): void;
  /** No new runs; those in progress get `graceMs` to end, then die uncounted. The records end with `bye`. */
  stop(graceMs: number): void;
  /** Ends after `bye`; throws EngineError when the engine died without one. */
  readonly records: AsyncIterable<EngineRecord>;
}

/** Where runs happen. */
export interface Engine {
  readonly name: 'local' | 'guest' | 'fake';
  start(job: EngineJob): Promise<EngineSession>;
}
