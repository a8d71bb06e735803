import type { JudgeRules } from '../model/suite.ts';
import { compileRules } from './compiled-rules.ts';
import { type LineKind, lineKind } from './line-kinds.ts';
import { withoutPrefix } from './normalise.ts';
import { shapeOf } from './shape.ts';

/** A line of output with what it says about a failure. */
export interface ReadLine {
  text: string;
  kind: LineKind;
}

/**
 * Reads lines by a suite's rules: what its failure patterns match is `failure`, what its ignore patterns match is
 * `notice`, all else goes by its shape. Suite patterns see the text itself, over all lines that are not ignored.
 */
export function readLines(lines: string[], rules: JudgeRules): ReadLine[] {
  const { failure, ignore } = compileRules(rules);
  const kindOf = remembering((line) => kindByRules(line, ignore));
  const ignored = lines.map((line) => kindOf(line).ignored);
  const matched = matchedLines(
    lines.map((line, index) => (ignored[index] ? '' : line)),
    failure,
  );
  return lines.map((text, index) => {
    const { kind } = kindOf(text);
    return { text, kind: matched.has(index) && kind !== 'noise' ? 'failure' : kind };
  });
}

function kindByRules(line: string, ignore: RegExp[]): { kind: LineKind; ignored: boolean } {
  if (line.trim() === '') {
    return { kind: 'noise', ignored: false };
  }
  return ignore.some((expression) => matches(expression, line))
    ? { kind: 'notice', ignored: true }
    : { kind: lineKind(shapeOf(withoutPrefix(line))), ignored: false };
}

/** Outputs repeat themselves: each text is looked at once. */
function remembering<Result>(look: (text: string) => Result): (text: string) => Result {
  const seen = new Map<string, Result>();
  return (text) => {
    const result = seen.get(text) ?? look(text);
    seen.set(text, result);
    return result;
  };
}

function matches(expression: RegExp, text: string): boolean {
  expression.lastIndex = 0;
  return expression.test(text);
}

/** Indices of the lines that matches of the expressions touch. */
function matchedLines(lines: string[], expressions: RegExp[]): Set<number> {
  const text = lines.join('\n');
  const starts: number[] = [];
  let start = 0;
  for (const line of lines) {
    starts.push(start);
    start += line.length + 1;
  }
  const matched = new Set<number>();
  for (const expression of expressions) {
    let index = 0;
    for (const match of text.matchAll(expression)) {
      const end = match.index + Math.max(match[0].length - 1, 0);
      while ((starts[index + 1] ?? Number.POSITIVE_INFINITY) <= match.index) {
        index += 1;
      }
      for (let touched = index; (starts[touched] ?? Number.POSITIVE_INFINITY) <= end; touched += 1) {
        matched.add(touched);
      }
    }
  }
  return matched;
}
