import { ExitCode } from '../../errors.ts';
import type { BisectOutcome } from '../../model/bisect.ts';

/** What `flakehunt bisect` ends with. */
export function bisectExitCode(outcome: BisectOutcome): ExitCode {
  if (outcome === 'decided') return ExitCode.ok;
  return outcome === 'interrupted' ? ExitCode.interrupted : ExitCode.inconclusive;
}
