import type { Ending } from './outcome.ts';
import type { ErrnoMention, Judgement, Verdict } from './verdict.ts';

/** Version of the JSON that `flakehunt parse --json` prints. */
export const PARSED_LOG_VERSION = 1;

/** What a captured log tells of one run of one test. */
export interface ParsedSection {
  /** As the log names it; null where it names none. */
  test: string | null;
  /** Loop of `runtests-loop.sh`, counted from 0 as it counts; null in other logs. */
  loop: number | null;
  /** Line of the log at which the section begins, from 1. */
  line: number;
  /** Null: the log does not say how the run ended. */
  ending: Ending | null;
  /** Null: the log does not say how the run ended, and nothing in it looks like a failure. */
  judgement: Judgement | null;
  /** Every errno printed as a number. */
  errnos: ErrnoMention[];
  excerpt: string;
}

/** A captured log, read. */
export interface ParsedLog {
  format: 'runtests' | 'tap' | 'plain';
  /** In the log's order. */
  sections: ParsedSection[];
  counts: Record<Verdict | 'unknown', number>;
  /** Of `runtests-loop.sh`: loops that ended well, and the number of the one that did not. */
  loops: { finished: number; failedAt: number | null } | null;
  /** Lines in the middle of overlong runs that were left unjudged. */
  omittedLines: number;
  /** Kernel as the log names it. */
  kernel: string | null;
}
