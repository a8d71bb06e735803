import type { Ending } from '../../model/outcome.ts';

/** One run of one test as a log's format delimits it, not judged yet. */
export interface RawSection {
  test: string | null;
  loop: number | null;
  /** From 1. */
  line: number;
  lines: string[];
  /** As the log says; null where it does not. */
  ending: Ending | null;
  /** What the runner decided on other grounds than the exit code. */
  decided: 'pass' | 'skip' | 'fail' | null;
  /** Why a run that never took place was skipped. */
  reason: string | null;
  /** Lines of the kernel log the runner blames on the run. */
  kernelLog: string[] | null;
}

/** A section just begun. */
export function rawSection(test: string | null, line: number): RawSection {
  return {
    test,
    loop: null,
    line,
    lines: [],
    ending: null,
    decided: null,
    reason: null,
    kernelLog: null,
  };
}
