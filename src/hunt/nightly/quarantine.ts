import type { NightCell, NightComparison, Quarantine } from '../../model/night.ts';
import type { Signature } from '../../model/verdict.ts';
import type { TestJudgement } from '../../search/night/judge-night.ts';
import { wholePathPattern } from '../../source/path-pattern.ts';

/** Whether the entry is about the test. */
export function isAbout({ test: pattern }: Quarantine, test: string): boolean {
  return pattern === test || wholePathPattern(pattern)(test);
}

/**
 * The entry that covers what the night says of a test: all its failures, or the one that the verdict rests on. An entry
 * about another failure of the test covers nothing.
 */
export function coveringEntry(
  entries: readonly Quarantine[],
  { test, comparison }: Pick<TestJudgement, 'test' | 'comparison'>,
  cells: readonly NightCell[],
): Quarantine | null {
  const failing = cells.flatMap(({ signatures }) => signatures.map(({ signature }) => signature));
  return entries.find((entry) => isAbout(entry, test) && covers(entry, comparison, failing)) ?? null;
}

function covers(entry: Quarantine, comparison: NightComparison | null, failing: readonly Signature[]): boolean {
  if (entry.signature === null) return true;
  const told = comparison?.signature ?? null;
  return (told === null ? failing : [told]).every((signature) => isNamed(entry.signature ?? '', signature));
}

function isNamed(part: string, { id, title }: Signature): boolean {
  return id === part || title.includes(part);
}

/** Whether its day has come. @param now ISO 8601 */
export function isExpired({ expires }: Quarantine, now: string): boolean {
  return now.slice(0, 10) >= expires;
}
