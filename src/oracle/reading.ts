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
  const ignored = lines.map((line) => ignore.some((expression) => matches(expression, line)));
  const considered = lines.map((line, index) => (ignored[index] ? '' : line));
  const matched = matchedLines(considered, failure);
  const kinds = new Map<string, LineKind>();
  return lines.map((text, index) => {
    if (ignored[index]) {
      return { text, kind: text.trim() === '' ? 'noise' : 'notice' };
    }
    const shape = shapeOf(withoutPrefix(text));
    const kind = kinds.get(shape) ?? lineKind(shape);
    kinds.set(shape, kind);
    return { text, kind: matched.has(index) && kind !== 'noise' ? 'failure' : kind };
  });
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
