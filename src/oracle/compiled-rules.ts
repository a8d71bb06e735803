import { UsageError } from '../errors.ts';
import type { JudgeRules, OutputPattern } from '../model/suite.ts';

/** A suite's rules, ready for use. */
export interface CompiledRules {
  failure: RegExp[];
  ignore: RegExp[];
  invalid: { expression: RegExp; why: string | null }[];
}

const compiled = new WeakMap<OutputPattern[], RegExp[]>();

/** Compiles each list of patterns once. Throws UsageError where a pattern is not a regular expression. */
export function compileRules(rules: JudgeRules): CompiledRules {
  const invalid = compileList(rules.invalidPatterns);
  return {
    failure: compileList(rules.failurePatterns),
    ignore: compileList(rules.ignorePatterns),
    invalid: invalid.map((expression, index) => ({ expression, why: rules.invalidPatterns[index]?.why ?? null })),
  };
}

function compileList(patterns: OutputPattern[]): RegExp[] {
  const expressions = compiled.get(patterns) ?? patterns.map(compile);
  compiled.set(patterns, expressions);
  return expressions;
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
