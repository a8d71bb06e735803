import { ExitCode } from '../errors.ts';
import type { ReplayReason, ReplaySummary } from '../model/replay.ts';
import type { Verdict } from '../model/verdict.ts';

/**
 * What a replay says to the shell: 1 where it failed, 0 where it passed each time; 5 where it was to be run until it fails
 * and did not.
 */
export function replayExitCode(
  reason: ReplayReason,
  { outcomes }: Pick<ReplaySummary, 'outcomes'>,
  { failures, untilFail }: { failures: number; untilFail: boolean },
): ExitCode {
  if (reason === 'halted' || failures > 0) return ExitCode.found;
  if (reason === 'interrupted') return ExitCode.interrupted;
  const runs = (...verdicts: Verdict[]) =>
    outcomes.filter(({ judgement }) => verdicts.includes(judgement.verdict)).reduce((sum, { count }) => sum + count, 0);
  if (runs('pass', 'masked') === 0) {
    if (runs('invalid') > 0) return ExitCode.environment;
    return runs('skip') > 0 ? ExitCode.allSkipped : ExitCode.inconclusive;
  }
  return untilFail ? ExitCode.inconclusive : ExitCode.ok;
}
