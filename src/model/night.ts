import type { BuildFacts, RevisionFacts } from './hunt.ts';
import type { GuestFacts } from './kernel.ts';
import type { MachineFacts } from './machine.ts';
import type { HuntSummary, Rate } from './summary.ts';
import type { FailingVerdict, KnownIssue, Signature, Verdict } from './verdict.ts';

/** What a night was asked for; nights with equal suites, places and conditions are compared. */
export interface NightHeader {
  id: string;
  /** ISO 8601. */
  started: string;
  version: string;
  suite: string;
  revision: RevisionFacts;
  build: BuildFacts | null;
  engine: 'local' | 'guest' | 'fake';
  machine: MachineFacts;
  /** Null: not in guests. */
  guest: GuestFacts | null;
  /** Of what is compared: equal texts are the same kind of machine under the same kernel, see machineClass. */
  machineClass: string;
  /** Canonical texts. Every test is hunted under each of them. */
  conditions: string[];
  /** Milliseconds for all tests. */
  budgetMs: number;
  seed: string;
  /** Selected tests, in the order of the suite. */
  tests: string[];
  /** Tests side by side. Missing: one. */
  jobs?: number;
  /** Of a run, where it is not the suite's. */
  limitMs?: number | null;
  /** What becomes of runs under overload. Missing: they are kept apart. */
  overload?: 'apart' | 'count';
  /** What makes it fail. Missing: new. */
  failOn?: FailOn;
  /** 1-based; null: all tests of the suite were asked for. */
  shard: { index: number; total: number } | null;
  commandLine: string[];
}

/** What makes a night fail; each also what the one before it does, `never` nothing. */
export type FailOn = 'new' | 'worse' | 'flaky' | 'failing' | 'never';

/** What one night learnt of one test under one condition. */
export interface NightCell {
  test: string;
  condition: string;
  /** Runs under overload are not among them. */
  counts: Record<Verdict, number>;
  /** Most frequent first. */
  signatures: CellSignature[];
  /** The hunt that has its runs; null: none was begun. */
  hunt: string | null;
  /** Of hunting, builds left out. */
  elapsedMs: number;
  /** Why runs were skipped or invalid, or why there are none (`it cannot be built: ...`); null: nothing to explain. */
  reason: string | null;
  wall: HuntSummary['wall'];
  /** Runs while the machine had more to do than it has CPUs for: kept apart, and in no rate. */
  overloaded: { runs: number; failures: number };
}

export interface CellSignature {
  signature: Signature;
  verdict: FailingVerdict;
  known: KnownIssue | null;
  count: number;
  firstRun: number;
  /** A command that makes it fail again. */
  reproduce: string;
  excerpt: string;
}

/**
 * What the night says of a test beside its past. baseline: there is none. new-failure: it fails always, and did not.
 * new-flake: it fails at times, and did not. worse, better: by its rate. fixed: it failed, and does not any more. healing
 * of quarantined tests is told beside.
 */
export type NightVerdict =
  | 'baseline'
  | 'new-failure'
  | 'new-flake'
  | 'worse'
  | 'better'
  | 'fixed'
  | 'unchanged'
  | 'always-failing'
  | 'skipped'
  | 'invalid';

/** How a test stands tonight, whatever it was. */
export type TestState = 'passing' | 'flaky' | 'failing' | 'skipped' | 'invalid' | 'not-run';

/** A failure that is known and shall not make a night fail, until it expires. */
export interface Quarantine {
  /** A test, or a glob over tests. */
  test: string;
  /** A part of a signature's title, or its id; null: whatever fails. */
  signature: string | null;
  reason: string;
  owner: string;
  /** ISO date; from that day on it fails loudly. */
  expires: string;
}

/** What the verdict of a test rests on. */
export interface NightComparison {
  condition: string;
  /** The failure that decided; null: all failures together. */
  signature: Signature | null;
  /** Of the nights that were compared; null: there are none. */
  before: Rate | null;
  tonight: Rate;
  /** Nights that `tonight` is made of, this one the last: what one night is too short for is seen in several. Not given: one. */
  pooled?: number;
  /** Nights that `before` is made of. */
  nights: number;
  /** Exact two-sided test, and the same corrected for the number of tests; null without a past. */
  p: number | null;
  adjusted: number | null;
}

export interface TestVerdict {
  test: string;
  verdict: NightVerdict;
  state: TestState;
  /** Null: it did not run, or nothing was to be compared. */
  comparison: NightComparison | null;
  quarantine: { entry: Quarantine; state: 'holds' | 'expired' | 'healed' } | null;
  /** Commits of the last night before something came (or went: fixed) and of the first one after; null: nothing did, or no commits are known. */
  range: { old: string; new: string } | null;
  /** The command that finds the commit; null without a range. */
  bisect: string | null;
}

/** A search for the commit of something new, made with the night. */
export interface NightBisect {
  test: string;
  /** Its id, for `flakehunt show`; null: it did not begin. */
  bisect: string | null;
  /** 0: the commit was found. */
  exitCode: number;
}

/** One earlier or present night of a test under one condition, as far as trends need it. */
export interface TrendPoint {
  night: string;
  started: string;
  commit: string | null;
  test: string;
  condition: string;
  /** Of all signatures together. */
  failures: number;
  /** Runs that could have failed. */
  runs: number;
  state: TestState;
}

/** What a signature's past is. */
export interface SignatureTrend {
  signature: Signature;
  test: string;
  firstSeen: { night: string; started: string; commit: string | null };
  lastSeen: { night: string; started: string; commit: string | null };
  count: number;
}

/** A night with all that its reports show. */
export interface NightReport {
  header: NightHeader;
  cells: NightCell[];
  /** In the order of the suite. */
  verdicts: TestVerdict[];
  /** Nights of the same suite and machine class, the oldest first, this one last. */
  trend: TrendPoint[];
  signatures: SignatureTrend[];
  elapsedMs: number;
  /** Null: it is on, or was killed. */
  ended: { reason: 'done' | 'time' | 'interrupted'; exitCode: number } | null;
  /** What made the night fail, by --fail-on; empty: nothing. */
  failing: string[];
  /** Said once, clearly: `io_uring is refused here: ...`; such a night is not green. Null: none. */
  refusal: string | null;
  /** With --bisect; missing: none was made. */
  bisects?: NightBisect[];
  notes: string[];
}
