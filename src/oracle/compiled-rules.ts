import { UsageError } from '../errors.ts';
import type { JudgeRules, OutputPattern } from '../model/suite.ts';

/** A suite's rules, ready for use. */
export interface CompiledRules {
  failure: RegExp[];
  ignore: RegExp[];
  invalid: { expression: RegExp; why: string | null }[];
}

const compiled = new WeakMap<JudgeRules, CompiledRules>();

/** Compiles once a suite. Throws UsageError where a pattern is not a regular expression. */
export function compileRules(rules: JudgeRules): CompiledRules {
  let entry = compiled.get(rules);
  if (entry === undefined) {
    entry = {
      failure: rules.failurePatterns.map(compile),
      ignore: rules.ignorePatterns.map(compile),
      invalid: rules.invalidPatterns.map((pattern) => ({ expression: compile(pattern), why: pattern.why ?? null })),
    };
    compiled.set(rules, entry);
  }
  return entry;
}

function compile({ pattern }: OutputPattern): RegExp {
  try {
    return new RegExp(pattern, 'gm');
  } catch (error) {
    throw new UsageError(
      `The suite's pattern ${JSON.stringify(pattern)} is not a regular expression: ${String(error)}`,
    );
  }
}
