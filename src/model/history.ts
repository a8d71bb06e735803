import type { NightCell, NightReport, SignatureTrend, TestState } from './night.ts';

/** What is compared: nights of one suite on one class of machine. */
export interface Lineage {
  suite: string;
  machineClass: string;
}

/** A night in the list of nights. */
export interface NightRow extends Lineage {
  night: string;
  /** ISO 8601. */
  started: string;
  kernel: string;
  tree: string | null;
  commit: string | null;
  /** Of the revision, for a person. */
  name: string | null;
  tests: number;
  states: Record<TestState, number>;
  /** That could have failed. */
  runs: number;
  failures: number;
  elapsedMs: number;
  ended: NightReport['ended'];
}

/** A cell, and the night it is of. */
export interface PastNightCell extends Lineage {
  night: string;
  started: string;
  commit: string | null;
  cell: NightCell;
}

export type LineageSignature = SignatureTrend & Lineage;

/** The nights there were, whoever answers: the index, or the logs themselves. Nights come the oldest first. */
export interface History {
  nights(): NightRow[];
  /** @param lineage null: all; @param test null: of all tests */
  cells(lineage: Lineage | null, test: string | null): PastNightCell[];
  /** The one seen last first. @param test null: of all tests */
  signatures(lineage: Lineage | null, test: string | null): LineageSignature[];
  close(): void;
}
