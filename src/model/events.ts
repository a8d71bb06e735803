import type { Learnt, Stratum } from './condition.ts';
import type { BootRecord, EffectRecord, TallyRecord } from './engine.ts';
import type { HuntHeader, StopRules } from './hunt.ts';
import type { Ending, Usage } from './outcome.ts';
import type { Judgement } from './verdict.ts';

/** Version of the event log; a reader refuses a newer one and still reads older ones. 2: perturbation. 3: guests. */
export const EVENT_LOG_VERSION = 3;

export type StopReason = 'loops' | 'time' | 'failures' | 'rate' | 'interrupted' | 'skipped' | 'invalid' | 'error';

/** A class of equal outcomes, seen for the first time, with its judgement. The output itself is an artifact. */
export interface ClassEvent {
  type: 'class';
  t: number;
  class: number;
  run: number;
  batch: number;
  exact: boolean;
  /** Rolling hash of the run's schedule; missing in version 1, null without chaos. */
  schedule?: string | null;
  ending: Ending;
  usage: Usage;
  output: { file: string | null; total: number; cutAt: number | null };
  /** The lines worth showing: the failure's, at most 12 lines and 2 KiB. */
  excerpt: string;
  stacks: string | null;
  /** The splat, with the lines that followed it; null when the kernel said nothing. */
  kernelLog: string | null;
  core: string | null;
  judgement: Judgement;
}

export type HuntEvent =
  | { type: 'hunt'; v: 1 | 2 | typeof EVENT_LOG_VERSION; t: number; header: HuntHeader }
  /** A session of runs begins: the first, or after `--resume`. */
  | { type: 'session'; t: number; firstRun: number; supervisor: string; stop: StopRules }
  | {
      type: 'batch';
      t: number;
      batch: number;
      stratum: Stratum;
      purpose: 'hunt' | 'tune-jobs';
      /** Missing in version 1; null where the condition needs nothing to be learnt. */
      learnt?: Learnt | null;
    }
  | ClassEvent
  | ({ t: number } & TallyRecord)
  | { type: 'batch-end'; t: number; batch: number; runs: number; elapsedUs: number }
  | ({ t: number } & EffectRecord)
  /** From here on conditions with this part are not hunted: it cannot be put in force, or does not fit the test. */
  | { type: 'refused'; t: number; batch: number; part: 'chaos' | 'noise' | 'quota'; text: string }
  | ({ t: number } & BootRecord)
  | { type: 'note'; t: number; text: string }
  | { type: 'end'; t: number; reason: StopReason; abandoned: number; exitCode: number };
