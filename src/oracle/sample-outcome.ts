import type { Ending, Outcome } from '../model/outcome.ts';
import type { JudgeRules } from '../model/suite.ts';

/** An outcome for tests: exit 1 with no output unless said otherwise. */
export function outcomeWith(parts: {
  ending?: Ending;
  output?: string | Uint8Array;
  cutAt?: number;
  stacks?: string;
  kernelLog?: string;
}): Outcome {
  const bytes =
    typeof parts.output === 'string' ? new TextEncoder().encode(parts.output) : (parts.output ?? new Uint8Array());
  return {
    ending: parts.ending ?? { kind: 'exit', code: 1 },
    usage: { wallUs: 0, userUs: 0, systemUs: 0, maxRssKiB: 0, voluntarySwitches: 0, involuntarySwitches: 0 },
    output: { bytes, total: bytes.length, cutAt: parts.cutAt ?? null },
    stacks: parts.stacks ?? null,
    kernelLog: parts.kernelLog ?? null,
    core: null,
  };
}

/** Rules without any pattern: what the oracle knows by itself. */
export const bareRules: JudgeRules = {
  passCodes: [0],
  skipCodes: [77],
  failurePatterns: [],
  ignorePatterns: [],
  invalidPatterns: [],
};
