/**
 * Words of a variable in a makefile, without running make: every assignment (`=`, `:=`, `?=`, `+=`) counts, those inside
 * conditionals too, because only a configured tree knows which hold. `$(other)` standing alone is replaced by the words of
 * that variable; other expansions are left out.
 */
export function makeVariable(makefile: string, variable: string): string[] {
  return [...new Set(words(logicalLines(makefile), variable, new Set()))];
}

function words(lines: readonly string[], variable: string, seen: Set<string>): string[] {
  if (seen.has(variable)) return [];
  seen.add(variable);
  return lines
    .flatMap((line) => assigned(line, variable))
    .flatMap((word) => {
      const other = /^\$[({]([\w.-]+)[)}]$/.exec(word)?.[1];
      if (other !== undefined) return words(lines, other, seen);
      return word.includes('$') ? [] : [word];
    });
}

function assigned(line: string, variable: string): string[] {
  const match = /^\s*(?:override\s+|export\s+)*([\w.-]+)\s*(?:::?:?|\?|\+)?=(.*)$/.exec(line);
  return match?.[1] === variable ? (match[2] ?? '').split(/\s+/).filter((word) => word !== '') : [];
}

/** Lines with continuations joined, then without comments: the order that make uses. */
function logicalLines(makefile: string): string[] {
  return makefile
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|[^\\])#.*$/, '$1'));
}
