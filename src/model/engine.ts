import type { Condition } from './condition.ts';
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
}

/** A piece of work under one condition: ends at `runs` runs or after `ms` milliseconds, whichever is first. */
export interface Batch {
  id: number;
  condition: Condition;
  jobs: number;
  runs: number | null;
  ms: number | null;
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

export type EngineRecord =
  | { type: 'hello'; version: number; pid: number; features: string[] }
  | ClassRecord
  | TallyRecord
  | BatchEndRecord
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
