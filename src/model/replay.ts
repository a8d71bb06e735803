import type { Ending } from './outcome.ts';
import type { Judgement } from './verdict.ts';

/**
 * What a replay repeats. L3: the order in which the calls of all threads are let go. L1: what is done to which call or
 * thread; the order that comes of it is the machine's. L0: nothing, it is a run like any other.
 */
export type ReplayLevel = 'L3' | 'L1' | 'L0';

/** A system call that was let go, as a trace tells of it (src/native/PROTOCOL.md, "Traces"). */
export interface Release {
  /** `0` is the test, `0.2` the second thread or process it made. */
  thread: string;
  call: string;
  /** The low 12 bits of the address it was made from, in hex. */
  site: string;
  /** Microseconds from the run's start. */
  releasedUs: number;
}

/** Where one run's schedule parts from another's. */
export interface Divergence {
  /** Number of the first release that is another one, from 1. */
  release: number;
  /** Releases of the run that is compared with; null where its trace was cut off. */
  of: number | null;
  /** What that run let go there; null: it was over, or its trace was cut off before. */
  expected: Release | null;
  /** What this run let go; null likewise. */
  happened: Release | null;
}

/** The run that is replayed, as far as its hunt tells. */
export interface OriginalRun {
  judgement: Judgement;
  /** Rolling hash of its schedule; null without one, or where it was not kept. */
  schedule: string | null;
}

/** Runs of a replay that were judged alike. */
export interface ReplayOutcome {
  judgement: Judgement;
  /** Of the first of them. */
  ending: Ending;
  excerpt: string;
  stacks: string | null;
  count: number;
  firstRun: number;
}

/** Runs of a replay with one schedule. */
export interface ReplaySchedule {
  hash: string;
  count: number;
  firstRun: number;
  /** Where the first of them parts from run 1; null for the schedule of run 1 itself. */
  divergence: Divergence | null;
}

/** How far runs from one seed came out the same. */
export interface Agreement {
  /** Runs that were compared. */
  runs: number;
  /** Those that were as the first one. */
  asFirst: number;
  /** Those that were as the run that is replayed; null where that is not known. */
  asOriginal: number | null;
}

/** What came of a replay. Runs are numbered from 1. */
export interface ReplaySummary {
  runs: number;
  /** Most frequent first. */
  outcomes: ReplayOutcome[];
  /** That of run 1 first, then the most frequent; at most 10 are kept, and their number is `differentSchedules`. */
  schedules: ReplaySchedule[];
  differentSchedules: number;
  outcomeAgreement: Agreement;
  /** Null where nothing was intercepted. */
  scheduleAgreement: Agreement | null;
}

/** times: all runs were made. failed: the first failing run ended it. halted: it was stopped at its failure point. */
export type ReplayReason = 'times' | 'failed' | 'halted' | 'interrupted';
