import type {
  BisectCalibration,
  BisectCheck,
  BisectCommit,
  BisectHeader,
  BisectOutcome,
  BisectPhase,
  BisectVerb,
  Seen,
} from './bisect.ts';
import type { FailingVerdict } from './verdict.ts';

/** Version of a bisect's event log; a reader refuses a newer one. */
export const BISECT_LOG_VERSION = 1;

/** A commit of the range as it was found; its place in the list is its node. */
export interface RangeEntry extends BisectCommit {
  /** Nodes. */
  parents: number[];
  /** Equal for commits whose test is built of the same inputs. */
  inputs: string;
  /** Relative prior mass; 0 for the old end, and where a path was named that it does not touch. */
  weight: number;
  /** The test exists here. */
  exists: boolean;
  /** It forks from before the old end, where the test is built of other inputs: nothing says that it begins as that end does. */
  forked?: true;
}

/** Failures of one name beside the target. */
export interface OtherSeen {
  title: string;
  verdict: FailingVerdict;
  count: number;
}

/** Runs of one revision in a row. */
export interface SeenEvent {
  type: 'seen';
  t: number;
  node: number;
  phase: BisectPhase;
  /** Canonical text with what was learnt filled in. */
  condition: string;
  seen: Seen;
  others: OtherSeen[];
  skipped: number;
  invalid: number;
  /** All runs, also those that count nowhere. */
  runs: number;
  seconds: number;
  /** Id of the hunt in the bisect's folder that has the runs; null: they were made before this bisect. */
  hunt: string | null;
  /** What had them then. */
  from: string | null;
}

export type BisectEvent =
  | { type: 'bisect'; v: typeof BISECT_LOG_VERSION; t: number; header: BisectHeader }
  | { type: 'range'; t: number; entries: RangeEntry[] }
  /** A session begins: the first, or after `--resume`. `timeMs`: its budget. */
  | { type: 'session'; t: number; timeMs: number }
  | { type: 'doing'; t: number; what: string }
  | { type: 'built'; t: number; node: number; cached: boolean; seconds: number; identity: string | null }
  /** The built tests of two nodes turned out to be the same. */
  | { type: 'same'; t: number; node: number; as: number }
  | { type: 'unusable'; t: number; node: number; kind: 'build' | 'run'; reason: string; log: string | null }
  | { type: 'calibrated'; t: number; calibration: BisectCalibration }
  /** Runs are begun; what came of them follows as `seen`, or stands in the hunt where it does not. */
  | { type: 'begun'; t: number; node: number; phase: BisectPhase; condition: string; hunt: string }
  | SeenEvent
  /** Masses of the nodes that matter, after what was seen last; for the picture. */
  | { type: 'posterior'; t: number; masses: [node: number, mass: number][]; none: number }
  | {
      type: 'finding';
      t: number;
      verb: BisectVerb;
      state: 'found' | 'undecided';
      suspects: { node: number; mass: number; files: string[] }[];
      posterior: number;
      check: BisectCheck | null;
    }
  | { type: 'note'; t: number; text: string }
  | { type: 'end'; t: number; outcome: BisectOutcome; exitCode: number };
