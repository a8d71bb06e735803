/**
 * Words of a variable in a makefile, without running make: every assignment (`=`, `:=`, `?=`, `+=`) counts, those inside
 * conditionals too, because only a configured tree knows which hold. `$(other)` standing alone is replaced by the words of
 * that variable; other expansions are left out.
 */
export function makeVariable(makefile: string, variable: string): string[] {
  return [...new Set(words(logicalLines(makefile), variable, new Set()))];
}

/** The makefile without the assignments to a variable; all else as it is, for `#` in a recipe is no comment of make's. */
export function withoutVariable(makefile: string, variable: string): string {
  return makefile
    .split(/(?<!\\\r?)\n/)
    .filter((line) => logicalLines(`${line}\n`).every((one) => assignment(one)?.name !== variable))
    .join('\n');
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
  const found = assignment(line);
  return found?.name === variable ? found.value.split(/\s+/).filter((word) => word !== '') : [];
}

function assignment(line: string): { name: string; value: string } | null {
  const match = /^\s*(?:override\s+|export\s+)*([\w.-]+)\s*(?:::?:?|\?|\+)?=(.*)$/.exec(line);
  return match === null ? null : { name: match[1] ?? '', value: match[2] ?? '' };
}

/** Lines with continuations joined, then without comments: the order that make uses. */
function logicalLines(makefile: string): string[] {
  return makefile
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|[^\\])#.*$/, '$1'));
}
