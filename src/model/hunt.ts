import type { GuestFacts } from './kernel.ts';
import type { MachineFacts } from './machine.ts';
import type { Suite } from './suite.ts';
import type { MaskedPolicy } from './verdict.ts';

/** What ends a hunt; the first that is met. All null: `--time 60s` is filled in before a plan is made. */
export interface StopRules {
  loops: number | null;
  timeMs: number | null;
  failures: number | null;
  /** Ends once the 95 % upper bound of the failure rate is below this fraction. */
  untilRate: number | null;
}

/** Where a revision came from, as far as it is known. */
export interface RevisionFacts {
  /** As the user named the tree: a path, a URL, `lab`, or null for a bare command. */
  tree: string | null;
  /** Full commit id; null for a plain folder or a bare command. */
  commit: string | null;
  /** `git describe`-like short form, or `worktree`, or `folder`. */
  name: string | null;
  subject: string | null;
  /** ISO 8601 committer date. */
  date: string | null;
  /** Id of the source tree that was built. */
  treeId: string | null;
}

export interface BuildFacts {
  key: string;
  cached: boolean;
  seconds: number;
  compiler: string;
  log: string | null;
  /** Why it needed other flags than the plain build; missing where it needed none. */
  fallback?: string;
}

/** Everything needed to begin the hunt, or to go on with it. */
export interface HuntHeader {
  id: string;
  /** ISO 8601. */
  started: string;
  version: string;
  suite: string;
  test: string;
  argv: string[];
  cwd: { kind: 'scratch' } | { kind: 'path'; path: string };
  revision: RevisionFacts;
  build: BuildFacts | null;
  engine: 'local' | 'guest' | 'fake';
  /** Canonical condition texts, the base one first. */
  conditions: string[];
  /** As the user named it: `plain`, `auto`, a condition's name or its text. Missing before event log version 2: plain. */
  strategy?: string;
  jobs: number | 'auto';
  stop: StopRules;
  seed: string;
  limitMs: number;
  masked: MaskedPolicy;
  /** Where the runs are made: this machine, or a guest on it. */
  machine: MachineFacts;
  /** Missing or null: not in guests. */
  guest?: GuestFacts | null;
  /** What its guests hold beside the test and what that loads: files and folders, absolute. Missing without guests. */
  guestFiles?: string[];
  /** How the user called it, to be repeated by `--resume` and shown. */
  commandLine: string[];
  /** The whole suite, so that a resumed hunt judges alike. */
  suiteDefinition: Suite;
}
