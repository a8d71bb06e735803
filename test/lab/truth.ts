import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Verdict } from '../../src/model/verdict.ts';

/** A commit of the lab; the subject is the key that survives a change of history, the id is stamped. */
export interface TrueCommit {
  subject: string;
  commit: string;
}

export interface SourcePoint {
  file: string;
  function: string;
  /** The statement at HEAD, trimmed. */
  line: string;
  /** System call made there, or `none`. */
  call: string;
}

export interface TrueBug {
  id: string;
  test: string;
  kind: string;
  verdict: Verdict;
  needsIoUring: boolean;
  /** `lines` are the output's, numbers that differ from run to run written as N. */
  signature: { title: string; lines: string[] };
  /** Oldest first. `rateAfter`: band of the plain failure rate from this commit to the next change. */
  changes: (TrueCommit & { what: 'introduced' | 'reduced' | 'removed'; rateAfter: [number, number] })[];
  fixOnBranch?: TrueCommit & { branch: string };
  presentAtHead: boolean;
  /** The points whose order decides: two, or three where the failure is `first`, `second`, `third`; null for none. */
  order: { passes: string; fails: string; first: SourcePoint; second: SourcePoint; third?: SourcePoint } | null;
  /**
   * By the text of a condition. `raise`: those that provoke it, with the share of runs that failed when measured. `cannot`:
   * those under which it fails no more often than plainly. `never`: those under which it does not fail.
   */
  arms: { raise: Record<string, number>; cannot: string[]; never: string[]; note: string };
}

export interface LabTruth {
  version: 1;
  head: TrueCommit;
  commitsOnMain: number;
  merge: TrueCommit & { branch: string };
  bugs: TrueBug[];
  unbuildable: (TrueCommit & { breaks: string })[];
  /** Commits that touch nothing the build reads. */
  nothingBuilt: TrueCommit[];
  testsAtHead: Record<string, { verdicts: Verdict[]; needsIoUring: boolean; output?: string[] }>;
}

export const labFolder = fileURLToPath(new URL('../../fixtures/uring-lab/', import.meta.url));

/** What fixtures/uring-lab/truth.json says. */
export function readTruth(): LabTruth {
  return JSON.parse(readFileSync(`${labFolder}truth.json`, 'utf8')) as LabTruth;
}
