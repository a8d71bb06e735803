import type { HuntHeader, RevisionFacts } from './hunt.ts';
import type { GuestFacts } from './kernel.ts';
import type { MachineFacts } from './machine.ts';
import type { Suite } from './suite.ts';
import type { Rate } from './summary.ts';
import type { FailingVerdict, Signature } from './verdict.ts';

/**
 * A history as the search sees it: node 0 is the old end, the last node the new end, parents come before their children.
 * Every node but 0 may be the change; a node is in the new state if the change is it or one of its ancestors.
 */
export interface SearchRange {
  /** Of each node; those outside the range are left out. Node 0 has none. */
  parents: readonly (readonly number[])[];
  /** Nodes with the same number have the same built test, so what is seen at one is seen at all. */
  builds: readonly number[];
  /** How likely each node is the change before anything is seen, relative to the others; node 0 has 0. */
  weights: readonly number[];
}

/** fix: it failed at the old end and does not at the new one. regression: the other way round. */
export type BisectDirection = 'fix' | 'regression';

/** What was seen of one build: runs that could have shown the target, and those that did. */
export interface Seen {
  failures: number;
  runs: number;
}

export interface BisectCommit {
  /** Full id. */
  commit: string;
  /** `git describe`-like, as RevisionFacts has it, or an abbreviated id. */
  name: string;
  subject: string;
  author: string;
  /** ISO 8601. */
  authorDate: string;
}

/** Which failure is looked for. */
export interface BisectTarget {
  verdict: FailingVerdict;
  signature: Signature;
}

/** `--kernels`: the range's commits stand for kernels (id: what findKernel takes; name: version). */
export interface KernelAxis {
  /** As the user named them. */
  kernels: string;
  /** What is built and run under each. */
  revision: RevisionFacts;
}

/** What a bisect is about; the first event of its log. */
export interface BisectHeader {
  id: string;
  /** ISO 8601. */
  started: string;
  version: string;
  suite: string;
  suiteDefinition: Suite;
  test: string;
  args: string[];
  /** Of the tree; `openTree` takes it. */
  tree: string;
  direction: BisectDirection;
  target: BisectTarget;
  old: RevisionFacts;
  new: RevisionFacts;
  /** How the ends were found, for a person: one line each. */
  ends: string[];
  firstParent: boolean;
  paths: string[];
  /** What is searched is kernels, of one revision of the tree; missing: commits. */
  axis?: KernelAxis;
  confidence: number;
  jobs: number;
  limitMs: number;
  seed: string;
  engine: HuntHeader['engine'];
  machine: MachineFacts;
  /** Missing or null: runs are not made in guests. */
  guest?: GuestFacts | null;
  /** What an experiment costs before its first run, where that was measured: guests have to boot. */
  startSeconds?: number;
  commandLine: string[];
}

export type BisectPhase = 'calibrate' | 'search' | 'verify' | 'step' | 'confirm';

/** A commit that no run could be made of, and why in one line. */
export interface Unusable {
  commit: BisectCommit;
  kind: 'build' | 'run';
  reason: string;
  log: string | null;
}

/** One commit of the range, as it stands. */
export interface BisectRow {
  commit: BisectCommit;
  /** Number of its build within the bisect: rows with equal numbers share it. */
  build: number;
  /** Posterior that this is the change that is looked for first. */
  mass: number;
  /** seen: of this commit or of one that is built alike. */
  state: 'seen' | 'unseen' | 'unusable';
  rate: Rate | null;
}

/** fixed, introduced: between never and sometimes. reduced, raised: between two rates above nothing. */
export type BisectVerb = 'fixed' | 'introduced' | 'reduced' | 'raised';

export interface BisectSuspect {
  commit: BisectCommit;
  /** Files it changed, relative to the tree's top. */
  files: string[];
  mass: number;
}

/** One change of the rate. */
export interface BisectFinding {
  verb: BisectVerb;
  /** found: one commit holds the confidence. undecided: the suspects hold it together. */
  state: 'found' | 'undecided';
  /** Likeliest first; those before the last together hold less than the confidence. */
  suspects: BisectSuspect[];
  /** Posterior of what `state` says: that of the first suspect, or of all of them. */
  posterior: number;
  /** Fresh, interleaved runs of the commit and of its parent; null where they were not made. */
  check: BisectCheck | null;
}

export interface BisectCheck {
  before: { commit: BisectCommit; rate: Rate };
  after: { commit: BisectCommit; rate: Rate };
  /** Fisher's exact test, two-sided. */
  p: number;
  /** p has to be below it. Like `wantedLevel`, earlier logs are without it. */
  level?: number;
  /** A tenth of the doubt that the confidence leaves; `level` is above it where there was no time for that. */
  wantedLevel?: number;
  /** The check bears the finding out at its level. */
  agrees: boolean;
  /** Shell commands that show the failing and the other side. */
  reproduce: { before: string; after: string };
}

/** Of a failure other than the target, seen on the way. */
export interface OtherFailure {
  title: string;
  verdict: FailingVerdict;
  count: number;
  /** Where it was seen. */
  commits: number;
}

export interface BisectCalibration {
  /** Canonical text of the condition that is frozen for all commits, with what was learnt filled in. */
  condition: string;
  /** At the failing end under that condition, and under `plain` (null: `plain` it is, or nothing was tried). */
  rate: Rate;
  base: Rate | null;
  secondsPerRun: number;
}

/**
 * decided: every change that was found holds the confidence. undecided: the budget ended first, or commits cannot be told
 * apart. no-change: nothing changed inside the range. not-reproduced: the failing end did not fail. both-fail: the end that
 * should not fail does. interrupted: `--resume` goes on.
 */
export type BisectOutcome = 'decided' | 'undecided' | 'no-change' | 'not-reproduced' | 'both-fail' | 'interrupted';

export interface BisectSpent {
  runs: number;
  builds: number;
  /** Builds that were there already. */
  cachedBuilds: number;
  failedBuilds: number;
  seconds: number;
  buildSeconds: number;
}

/** A bisect as it stands. */
export interface BisectSummary {
  header: BisectHeader;
  /** Old end first. */
  rows: BisectRow[];
  /** Distinct built tests, as far as is known; the old end's among them. */
  distinctBuilds: number;
  calibration: BisectCalibration | null;
  /** Posterior of "nothing changed inside the range". */
  nullMass: number;
  /** What is being done, in a few words; null when nothing is. */
  activity: string | null;
  findings: BisectFinding[];
  unusable: Unusable[];
  others: OtherFailure[];
  spent: BisectSpent;
  notes: string[];
  /** Null while it is on. */
  outcome: BisectOutcome | null;
}

/** gone: never seen in enough runs. reduced, worse: the interval of the ratio excludes 1. */
export type ConfirmVerdict = 'gone' | 'reduced' | 'unchanged' | 'worse' | 'not-reproduced' | 'inconclusive';

export interface ConfirmPlan {
  /**
   * Clean runs after, that "gone at 95 %" needs: ln 0.05 / ln(1 - lower bound of the rate before), and 20 at least where the
   * time allows. Null: unknown yet.
   */
  cleanRuns: number | null;
  /** The rate before that this rests on: lower end of its interval when the plan was made. */
  leastBefore: number | null;
  /** Most runs a side. */
  mostRuns: number;
}

export interface ConfirmSummary {
  header: BisectHeader;
  condition: string;
  before: { commit: BisectCommit; rate: Rate };
  after: { commit: BisectCommit; rate: Rate };
  plan: ConfirmPlan;
  /** Rate after / rate before, 95 %; null: unbounded or unknown. */
  ratio: { observed: number | null; low: number; high: number | null };
  p: number | null;
  verdict: ConfirmVerdict;
  others: OtherFailure[];
  spent: BisectSpent;
  interrupted: boolean;
  reproduce: { before: string; after: string };
}

/** What a bisect would do, before it does it: `--dry-run`. */
export interface BisectPlan {
  header: BisectHeader;
  /** That may be the change. */
  commits: number;
  /** Distinct built tests among them and the old end. */
  distinctBuilds: number;
  /** Commits of the range that do not have the test. */
  testMissing: number;
  expectedRuns: number;
  /** To be made; those in the store are not among them. */
  expectedBuilds: number;
  /** Builds and runs together. */
  expectedSeconds: number;
  /** Of the distinct builds, those in the store. */
  cachedBuilds: number;
  /** What the figures rest on, a line each. */
  assumptions: string[];
  /** Canonical text of the condition for all commits; null: calibration has yet to find it. */
  frozen: string | null;
}
