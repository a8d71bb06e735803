import type { NightCell, Quarantine } from '../../model/night.ts';
import type { Signature } from '../../model/verdict.ts';
import { wholePathPattern } from '../../source/path-pattern.ts';

/** Whether the entry is about the test. */
export function isAbout({ test: pattern }: Quarantine, test: string): boolean {
  return pattern === test || wholePathPattern(pattern)(test);
}

/**
 * The entry that covers what a test did tonight. One that names a failure covers nothing where the test failed by another one,
 * too; of several, one that still holds counts.
 * @param now ISO 8601
 */
export function coveringEntry(
  entries: readonly Quarantine[],
  test: string,
  cells: readonly NightCell[],
  now: string,
): Quarantine | null {
  const failing = cells.flatMap(({ signatures }) => signatures.map(({ signature }) => signature));
  const covering = entries.filter((entry) => isAbout(entry, test) && covers(entry, failing));
  return covering.find((entry) => !isExpired(entry, now)) ?? covering[0] ?? null;
}

function covers({ signature: part }: Quarantine, failing: readonly Signature[]): boolean {
  return part === null || failing.every((signature) => isNamed(part, signature));
}

function isNamed(part: string, { id, title }: Signature): boolean {
  return id === part || title.includes(part);
}

/** Whether its day has come. @param now ISO 8601 */
export function isExpired({ expires }: Quarantine, now: string): boolean {
  return now.slice(0, 10) >= expires;
}
