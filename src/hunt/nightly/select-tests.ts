import { createHash } from 'node:crypto';
import { UsageError } from '../../errors.ts';
import type { Suite } from '../../model/suite.ts';
import { matchTest } from '../../source/match-test.ts';
import { wholePathPattern } from '../../source/path-pattern.ts';

/** Which of a suite's tests, 1-based. */
export interface Shard {
  index: number;
  total: number;
}

/**
 * Tests that names and globs ask for, in the order of the suite; all of them where nothing is asked for.
 * @throws UsageError for a name that is none, or a glob that matches nothing
 */
export function selectTests(asked: readonly string[], stems: readonly string[], forms: Suite['nameForms']): string[] {
  if (asked.length === 0) return [...stems];
  const found = new Set(
    asked.flatMap((one) => (isGlob(one) ? matching(one, stems, forms) : matchTest(one, stems, forms))),
  );
  return stems.filter((stem) => found.has(stem));
}

function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/** A glob may have what a test's name may have around it: `test/poll*.t`. */
function matching(glob: string, stems: readonly string[], { prefixes, suffixes }: Suite['nameForms']): string[] {
  const matches = wholePathPattern(glob);
  const forms = (stem: string) =>
    ['', ...prefixes].flatMap((before) => ['', ...suffixes].map((after) => before + stem + after));
  // A glob's own `./` is not looked at.
  const found = stems.filter((stem) => forms(stem).some((form) => matches(form.replace(/^\.\//, ''))));
  if (found.length > 0) return found;
  throw new UsageError(`No test matches "${glob}". \`flakehunt run --list\` with the same tree lists them all.`);
}

/**
 * The tests of a shard: by the hash of their names, so that a test stays where it is when others come and go. All shards
 * together have every test once.
 */
export function testsOfShard(tests: readonly string[], shard: Shard | null): string[] {
  if (shard === null) return [...tests];
  return tests.filter((test) => Number.parseInt(digest(test), 16) % shard.total === shard.index - 1);
}

/** 48 bits: exact in a double. */
function digest(test: string): string {
  return createHash('sha256').update(test).digest('hex').slice(0, 12);
}
