import type { PastNightCell } from '../../model/history.ts';
import { plural } from '../../report/quantities.ts';
import { type ChangedTests, changedTests } from '../../source/changed-tests.ts';
import type { SourceContext } from '../../source/context.ts';

/** Which tests are others than when a night hunted them last. */
export interface ChangedSince {
  /** Their own sources changed. */
  own: ReadonlySet<string>;
  /** They may be built otherwise, or no night has hunted them. */
  any: ReadonlySet<string>;
  /** What a person should know who asked for these alone. */
  notes: string[];
}

/** A night that hunted a test, and what was built then. */
interface Hunted {
  night: string;
  commit: string;
}

/** Of a tree that knows none of so many commits, none is asked for further: each is a call of git. */
const mostAsked = 16;

/**
 * Goes test by test, for a night may have hunted but a part of them, or none. Where the tree lies is no matter: a runner of CI
 * has it elsewhere each time.
 * @param past cells of the nights of the same suite and class of machine, the oldest first
 */
export async function changedSince(
  past: readonly PastNightCell[],
  asked: readonly string[],
  where: Parameters<typeof changedTests>[0],
  context: SourceContext,
): Promise<ChangedSince> {
  const hunted = huntedCommits(past);
  const known = await changesOf(hunted, asked, where, context);
  const own = new Set<string>();
  const any = new Set<string>();
  const shared = new Map<Hunted, string[]>();
  const unknown = new Set<Hunted>();
  for (const test of asked) {
    const nights = hunted.get(test) ?? [];
    const last = nights.find(({ commit }) => known.get(commit) != null);
    const changed = last === undefined ? null : (known.get(last.commit) ?? null);
    if (changed?.tests.has(test) === true) own.add(test);
    if (changed === null || changed.shared.length > 0 || changed.tests.has(test)) any.add(test);
    if (last !== undefined && changed !== null && changed.shared.length > 0) shared.set(last, changed.shared);
    if (last === undefined && nights[0] !== undefined) unknown.add(nights[0]);
  }
  return { own, any, notes: notesOf(hunted, { any, shared, unknown }) };
}

/** Of each test the commits at which it was run, the newest first, each with its last night. */
function huntedCommits(past: readonly PastNightCell[]): Map<string, Hunted[]> {
  const hunted = new Map<string, Hunted[]>();
  for (const { cell, night, commit } of past.toReversed()) {
    if (commit === null || Object.values(cell.counts).every((count) => count === 0)) continue;
    const own = hunted.get(cell.test) ?? [];
    hunted.set(cell.test, own);
    if (!own.some((other) => other.commit === commit)) own.push({ night, commit });
  }
  return hunted;
}

/** What changed since each commit that is asked for; null: the tree does not know it. */
async function changesOf(
  hunted: ReadonlyMap<string, Hunted[]>,
  asked: readonly string[],
  where: Parameters<typeof changedTests>[0],
  context: SourceContext,
): Promise<Map<string, ChangedTests | null>> {
  const known = new Map<string, ChangedTests | null>();
  for (const test of asked) {
    for (const { commit } of hunted.get(test) ?? []) {
      if (!known.has(commit) && known.size < mostAsked) known.set(commit, await changedTests(where, commit, context));
      if (known.get(commit) != null) break;
    }
  }
  return known;
}

interface Found {
  any: ReadonlySet<string>;
  shared: ReadonlyMap<Hunted, readonly string[]>;
  unknown: ReadonlySet<Hunted>;
}

function notesOf(hunted: ReadonlyMap<string, Hunted[]>, { any, shared, unknown }: Found): string[] {
  if (hunted.size === 0) return ['no earlier night of this suite on such a machine: all tests count as changed'];
  const notes = new Set<string>();
  for (const { commit, night } of unknown) {
    notes.add(
      `the tree does not know ${commit.slice(0, 12)}, the commit of night ${night}: all tests of it count as changed`,
    );
  }
  for (const [{ night }, [first = '', ...others]] of shared) {
    const more = others.length === 0 ? '' : ` and ${plural(others.length, 'other file')}`;
    notes.add(`${first}${more} changed since night ${night}, and any test may be built of that: all count as changed`);
  }
  const [newest] = [...hunted.values()].flat();
  if (any.size === 0 && newest !== undefined) {
    notes.add(`nothing that was asked for changed since night ${newest.night} (${newest.commit.slice(0, 12)})`);
  }
  return [...notes];
}
