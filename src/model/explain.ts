import type { PointRecord } from './engine.ts';
import type { Rate } from './summary.ts';
import type { FailingVerdict, Signature } from './verdict.ts';

/** A system call of one run, as its trace tells of it. */
export interface TracedEvent {
  /** PEDIGREE/EPOCH:CALL:SITE:K, the same in all runs; chaos `force` takes it as it is. */
  key: string;
  /** `0` is the test, `0.2` the second thread or process it made. */
  thread: string;
  call: string;
  /** What the call is about, numbered by kind (`ring1`); null: nothing. */
  object: string | null;
  /** Microseconds from the run's start. */
  releasedUs: number;
  /** When its thread made its next call; null: it made none. */
  doneUs: number | null;
}

/** A run that was judged, with its calls in the order they were let go. */
export interface TracedRun {
  /** Canonical text of the condition. */
  condition: string;
  failed: boolean;
  events: TracedEvent[];
}

/** `first` is done before `second` is let go. */
export interface EventOrder {
  first: string;
  second: string;
}

/** Of the runs that have both events, those in which the order holds. */
export interface OrderCount {
  held: number;
  seen: number;
}

/** How well an order tells failing runs from passing ones. */
export interface OrderScore {
  failing: OrderCount;
  passing: OrderCount;
  /** Failing share where it holds, less the failing share of all runs that have both events. */
  increase: number;
  /** Lower end of its 95 % interval. */
  increaseLow: number;
  /** Harmonic mean of the increase and the share of failures covered, both from 0 to 1. */
  importance: number;
  /** Chance to separate them as well if the order did not matter; of all orders that were compared. */
  q: number;
}

/** Orders of two threads that hold in the very same runs: the runs cannot tell them apart. */
export interface OrderClass {
  score: OrderScore;
  /** The strongest of them, the latest first event and the earliest second one: forced to provoke. */
  provoke: EventOrder;
  /** The weakest, the earliest first event and the latest second one: its reverse is forced to prevent. */
  prevent: EventOrder;
  orders: EventOrder[];
  /** Median time from the first event's end to the second's start where it holds, in microseconds. */
  gapUs: number;
}

/** Two orders that hold together when it fails: `second`'s thread stands at it while `first` happens. */
export interface Interleaving {
  first: string;
  second: string;
  /** Whose completion makes the interleaving impossible: the reverse is forced as this order. */
  prevent: EventOrder;
  score: OrderScore | null;
}

/** What is put to the proof. */
export type Suspect = ({ kind: 'order' } & OrderClass) | ({ kind: 'interleaving' } & Interleaving);

/** Runs under one forced order. */
export interface ForcedRuns {
  /** Of the failure that is explained. */
  failures: number;
  /** Passed, or failed otherwise. */
  runs: number;
  /** Of these: the order could not be had. */
  infeasible: number;
  /** Of these: the first event was let go in time, but its trace shows that it was over only after the second. */
  unfinished: number;
  /** Failed in another way. */
  otherFailures: number;
}

/**
 * What forcing an order and its reverse tells. cause: it decides whether the run fails. contributing: it matters, but does
 * not decide. infeasible: one of the two cannot be had, so the events are ordered by something already.
 */
export type ForcedVerdict = 'cause' | 'contributing' | 'not causal' | 'infeasible';

export interface Proof {
  suspect: Suspect;
  provoked: ForcedRuns;
  prevented: ForcedRuns;
  verdict: ForcedVerdict;
  /** Another suspect tells the outcome of all runs, forced ones included, better than this one. */
  outdone: boolean;
}

/** A function on the stack of a point, the innermost first. */
export interface SourceFrame {
  function: string | null;
  file: string | null;
  line: number | null;
  /** The file that the code was loaded from, and where in it: all there is without debug information. */
  module: string;
  offset: string;
  inlined: boolean;
}

/** One side of the order, as it is shown. */
export interface ExplainedPoint {
  event: string;
  thread: string;
  call: string;
  object: string | null;
  frames: SourceFrame[];
  /** The frame that the sentence names: the innermost one of the test's own source. */
  named: SourceFrame | null;
  /** Lines around the named one, if the source is at hand. */
  excerpt: { number: number; text: string }[];
}

/** Failures at one distance of the two events. */
export interface SweepStep {
  /** From the end of the first event to the start of the second; negative: the second came first. */
  distanceUs: number;
  rate: Rate;
}

/** From which distance on it fails. */
export interface Window {
  steps: SweepStep[];
  /** It passes mostly below the first and fails mostly above the second; null: not seen. */
  passesToUs: number | null;
  failsFromUs: number | null;
  /** Of the distance in runs that nothing held: 50 % and 99 % of runs are below. Null: too few runs have both events. */
  natural: { runs: number; medianUs: number; p99Us: number } | null;
}

/** The failure that is explained. */
export interface ExplainTarget {
  signature: Signature;
  verdict: FailingVerdict;
}

/** Runs that an explanation rests on. */
export interface CollectedRuns {
  failures: number;
  passes: number;
  /** Arms under which it failed. */
  arms: string[];
  /** Of one run without force, in milliseconds. */
  runMs: number;
  /** Ended by its time before there were enough. */
  short: boolean;
}

/** The order that was proven to make it fail. */
export interface Finding {
  /** order: the first event before the second. interleaving: the first while the second's thread stands at its event. */
  kind: 'order' | 'interleaving';
  order: EventOrder;
  /** What is forced against it. */
  opposite: EventOrder;
  /** From runs of its own, made after all others. */
  provoked: ForcedRuns;
  prevented: ForcedRuns;
  verdict: ForcedVerdict;
  /** The last event that failing and passing runs share before the two part, in the first event's thread. */
  parting: string;
  /** Canonical text of the condition that provokes it. */
  condition: string;
  /** Null for interleavings. */
  window: Window | null;
  points: PointRecord[];
}

/** What came of looking for the cause. */
export interface Explanation {
  /** Null: it never failed. */
  target: ExplainTarget | null;
  collected: CollectedRuns;
  ranked: OrderClass[];
  /** Best first. */
  proofs: Proof[];
  /** Null: no order was proven. */
  finding: Finding | null;
  /** Failures under nothing, not even interception; null: not measured. */
  natural: Rate | null;
  /** Events that only failing runs have: what follows from the failure, or is it. */
  consequences: string[];
  /** Runs in all. */
  runs: number;
  elapsedMs: number;
}

/** What would have to be there between the two events. */
export type MissingSync = 'start' | 'processes' | 'threads' | 'atomic' | 'time-limit';

/** What an error number means where it came up. */
export interface ErrnoNote {
  errno: string;
  meaning: string;
  /** The kernel's function that returns it. */
  check: string;
}
