import type { Stratum } from './condition.ts';
import type { EffectRecord } from './engine.ts';
import type { StopReason } from './events.ts';
import type { HuntHeader } from './hunt.ts';
import type { Ending } from './outcome.ts';
import type { KnownIssue, Signature, Verdict } from './verdict.ts';

/** Failures of one signature over runs that could have failed (pass, fail, masked, hang), Beta(1/2,1/2) posterior. */
export interface Rate {
  failures: number;
  runs: number;
  /** failures / runs; 0 when there are no runs. */
  observed: number;
  /** Equal-tailed 95 % interval; with 0 failures `low` is 0 and `high` a one-sided 95 % upper bound. */
  low: number;
  high: number;
}

/** Failures of one signature per second of hunting, taken as a Poisson process; Gamma(1/2, 0) posterior (Jeffreys). */
export interface FailureSpeed {
  failures: number;
  seconds: number;
  /** failures / seconds; 0 when there is no time. */
  observed: number;
  /** Equal-tailed 95 % interval; with 0 failures `low` is 0 and `high` a one-sided 95 % upper bound. Null: unbounded. */
  low: number;
  high: number | null;
}

/** How many times as fast as under another condition failures come; see rateRatioInterval. */
export interface Gain {
  /** Quotient of the observed speeds; null when the other has no failure. */
  observed: number | null;
  /** Interval that holds for all compared arms at once with 95 %. Null: unbounded. */
  low: number;
  high: number | null;
}

/** A condition as the tuner sees it: what it gave for the time spent on it, by the target signature. */
export interface ArmRow {
  stratum: Stratum;
  rate: Rate;
  failuresPerSecond: FailureSpeed;
  /** Over plain; null for plain itself, and where plain or the arm has no time. A gain was measured where `low` > 1. */
  gain: Gain | null;
  /** False: the perturbation did not happen (see tookEffect). Null: the condition has none to tell of, or nobody told. */
  effective: boolean | null;
}

export interface StratumRate {
  stratum: Stratum;
  rate: Rate;
}

export interface SignatureSummary {
  signature: Signature;
  verdict: Extract<Verdict, 'fail' | 'masked' | 'hang'>;
  known: KnownIssue | null;
  count: number;
  firstRun: number;
  /** Milliseconds of hunting until the first one; null when the log does not tell. */
  firstAfterMs: number | null;
  /** Up to 10 run numbers, the first ones. */
  sampleRuns: number[];
  rates: StratumRate[];
  /** Every run that could have failed did (at least 5 of them): a broken test, not a flaky one. */
  always: boolean;
  reproducer: Reproducer;
  ending: Ending;
  excerpt: string;
  outputFile: string | null;
  stacks: string | null;
  core: string | null;
}

/** The run with a failure that is likeliest to fail again: one whose schedule follows from its seed, if there is one. */
export interface Reproducer {
  run: number;
  /** Of the run, 16 hex digits. */
  seed: string;
  /** Canonical text of the condition with what was learnt until then filled in: `chaos:pct:2:25`. */
  condition: string;
}

export interface StratumSummary {
  stratum: Stratum;
  counts: Record<Verdict, number>;
  /** Runs that could have failed. */
  eligible: number;
  elapsedMs: number;
  runsPerSecond: number;
  /** What the perturbation did, summed over the stratum's runs; null where no engine told (version 1, fake). */
  effect: Effect | null;
}

/** See EffectRecord. `horizon` is the last one reported. */
export type Effect = Omit<EffectRecord, 'type' | 'batch'>;

/** Boots of a hunt's guests, from the start of the virtual machine to its supervisor's first word. */
export interface BootSummary {
  count: number;
  medianMs: number;
  slowestMs: number;
  /** Files with what their kernels wrote, in the artifact folder. */
  consoles: string[];
}

/** running: a flakehunt writes it now. ended: it wrote its end. killed: neither. */
export type HuntState = 'running' | 'ended' | 'killed';

/** A hunt as it stands: folded from its events, live or afterwards. */
export interface HuntSummary {
  header: HuntHeader;
  counts: Record<Verdict, number>;
  runs: number;
  strata: StratumSummary[];
  /** What is hunted at the moment; null between batches and when nothing runs. */
  current: Stratum | null;
  /** Parts of conditions that could not be put in force, each once; conditions with such a part are not hunted on. */
  refused: { part: 'chaos' | 'noise' | 'quota'; text: string }[];
  /** Most frequent first. */
  signatures: SignatureSummary[];
  /** Why runs were skipped or invalid. */
  reasons: { verdict: 'skip' | 'invalid'; reason: string; count: number; firstRun: number }[];
  classes: number;
  /** Milliseconds of hunting, all sessions together. */
  elapsedMs: number;
  /**
   * Duration of runs that could have failed, in microseconds (quantiles from quarter-octave buckets); null without one. Of
   * several conditions those of the base one.
   */
  wall: { minUs: number; medianUs: number; p99Us: number; maxUs: number } | null;
  /** Null without guests, and before the first has booted. */
  boots: BootSummary | null;
  notes: string[];
  sessions: number;
  /** Null while the hunt is on, or when it was killed. */
  ended: { reason: StopReason; exitCode: number; abandoned: number } | null;
}
