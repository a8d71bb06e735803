import type { ErrnoMention } from '../model/verdict.ts';
import { errnoAliases, errnoTable, kernelErrnoTable } from './errno-table.ts';

/** Where in a line an errno stands; `start` is the offset of its minus sign. */
export interface ErrnoHit extends ErrnoMention {
  start: number;
  end: number;
}

const byValue = new Map([...errnoTable, ...kernelErrnoTable].map(([value, name, text]) => [value, { name, text }]));
const byText = new Map(errnoTable.map(([value, , text]) => [text, value]));

/** Name of a positive errno (`EEXIST`), or `errno 4711` for a number without one. */
export function errnoName(value: number): string {
  return byValue.get(value)?.name ?? `errno ${value}`;
}

/** What strerror says of a positive errno; empty for a number without a name. */
export function errnoText(value: number): string {
  return byValue.get(value)?.text ?? '';
}

/** Positive value of a name or alias, or null. */
export function errnoValue(name: string): number | null {
  const canonical = errnoAliases.get(name) ?? name;
  const entry = [...errnoTable, ...kernelErrnoTable].find((candidate) => candidate[1] === canonical);
  return entry?.[0] ?? null;
}

/** A result as io_uring and the kernel hand it out (negative), decoded; null when it is no errno. */
export function decodeErrno(value: number): ErrnoMention | null {
  const entry = value < 0 ? byValue.get(-value) : undefined;
  return entry === undefined ? null : { value, name: entry.name, text: entry.text };
}

/** The errno whose strerror text ends the line (`eventfd: Too many open files`), as perror and `%s` print it. */
export function strerrorAtEnd(line: string): ErrnoMention | null {
  const trimmed = line.replace(/[\s.)\]'"!]{1,8}$/, '');
  for (const separator of [': ', '(', '= ', 'got ', ', ', '"', "'"]) {
    const at = trimmed.lastIndexOf(separator);
    const value = at < 0 ? undefined : byText.get(trimmed.slice(at + separator.length).trim());
    if (value !== undefined) {
      return decodeErrno(-value);
    }
  }
  return null;
}
