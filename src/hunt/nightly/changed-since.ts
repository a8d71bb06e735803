import { plural } from '../../report/quantities.ts';
import { type ChangedTests, changedTests } from '../../source/changed-tests.ts';
import type { SourceContext } from '../../source/context.ts';
import type { NightCommit } from './what-is-known.ts';

/** What changed since a night; null: the tree does not know its commit. */
export interface Since extends NightCommit {
  changed: ChangedTests | null;
}

/** Of a tree that knows none of so many, none is asked for further: each is a call of git. */
const mostAsked = 16;

/** Since the last night whose commit the tree knows, or the last one where it knows none; null: there is no night. */
export async function changesSince(
  nights: readonly NightCommit[],
  where: Parameters<typeof changedTests>[0],
  context: SourceContext,
): Promise<Since | null> {
  for (const past of nights.slice(0, mostAsked)) {
    const changed = await changedTests(where, past.commit, context);
    if (changed !== null) return { ...past, changed };
  }
  return nights[0] === undefined ? null : { ...nights[0], changed: null };
}

/** What `--changed` leaves of the tests that were asked for, and what a person should know of it. */
export function onlyChanged(asked: string[], since: Since | null): { tests: string[]; notes: string[] } {
  if (since === null)
    return { tests: asked, notes: ['no earlier night of this suite on such a machine: all tests count as changed'] };
  const { night, commit, changed } = since;
  if (changed === null) {
    return {
      tests: asked,
      notes: [
        `the tree does not know ${commit.slice(0, 12)}, the commit of night ${night}: all tests count as changed`,
      ],
    };
  }
  const [first, ...others] = changed.shared;
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` and ${plural(others.length, 'other file')}`;
    return {
      tests: asked,
      notes: [`${first}${more} changed since night ${night}, and any test may be built of that: all count as changed`],
    };
  }
  const tests = asked.filter((test) => changed.tests.has(test));
  return tests.length > 0
    ? { tests, notes: [] }
    : { tests, notes: [`nothing that was asked for changed since night ${night} (${commit.slice(0, 12)})`] };
}
