import type { NightBisect, NightCell, NightHeader, NightReport } from './night.ts';

/** Version of the night's log; a reader refuses a newer one. */
export const NIGHT_LOG_VERSION = 1;

/** The log of a night. It is the truth: whatever is asked of the past is folded from such logs. */
export type NightEvent =
  | { type: 'night'; v: typeof NIGHT_LOG_VERSION; t: number; header: NightHeader }
  /** It begins, or goes on after `--resume`. */
  | { type: 'session'; t: number }
  /** The hunt that makes a cell's runs, named before its first run. */
  | { type: 'begun'; t: number; test: string; condition: string; hunt: string }
  /** From here on the machine has, or no longer has, more to do than it has CPUs for. */
  | { type: 'load'; t: number; overloaded: boolean }
  /** What is known of a test under a condition; a later one of the same replaces it. */
  | { type: 'cell'; t: number; cell: NightCell }
  | { type: 'note'; t: number; text: string }
  /** Why nothing could be learnt; see NightReport. */
  | { type: 'refused'; t: number; text: string }
  | ({ type: 'bisected'; t: number } & NightBisect)
  | ({ type: 'end'; t: number } & NonNullable<NightReport['ended']>);

/** A night as its log tells it. */
export interface NightRecord {
  header: NightHeader;
  /** In the order in which they were first told. */
  cells: NightCell[];
  /** By test and condition. */
  hunts: { test: string; condition: string; hunt: string }[];
  /** Changes of the load, in order. */
  loads: { t: number; overloaded: boolean }[];
  notes: string[];
  refusal: string | null;
  bisects: NightBisect[];
  /** All sessions together. */
  elapsedMs: number;
  /** Null: it is on, or was killed. */
  ended: NightReport['ended'];
}
