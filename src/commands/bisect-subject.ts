import { UsageError } from '../errors.ts';
import { choose } from '../hunt/bisect/find-target.ts';
import type { ArmEvidence } from '../hunt/bisect/hunt-evidence.ts';
import { huntEvidence } from '../hunt/bisect/hunt-evidence.ts';
import { prepareRange } from '../hunt/bisect/prepare-range.ts';
import { holds, type SameFailure } from '../hunt/bisect/same-failure.ts';
import { type GuestWish, guestOfHeader } from '../hunt/guest-wish.ts';
import type { BisectTarget } from '../model/bisect.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { Settings } from '../model/settings.ts';
import type { Suite } from '../model/suite.ts';
import { isSamePlace, type Place } from '../report/place.ts';
import { parentOf } from '../source/commit-facts.ts';
import type { SourceContext } from '../source/context.ts';
import { rangeRevision } from '../source/history-range.ts';
import { listTests } from '../source/list-tests.ts';
import { matchTest } from '../source/match-test.ts';
import { whyNoRange } from '../source/no-range.ts';
import { type Revision, resolveRevision } from '../source/revision.ts';
import type { Tree } from '../source/tree.ts';
import { openTree } from '../source/tree.ts';
import { bisectPlaces, readBisect } from '../store/bisect-log.ts';
import { huntPlaces } from '../store/find-hunt.ts';
import { readHeader, readHunt } from '../store/read-hunt.ts';
import type { BisectRequest } from './bisect-request.ts';
import { openTarget } from './prepare-target.ts';
import { summarise } from './summarise.ts';

/** What a bisect or a confirmation begins with. */
export interface Subject {
  tree: Tree;
  suite: Suite;
  test: string;
  args: string[];
  failing: Revision;
  /** Null: nobody has seen it fail yet. */
  target: BisectTarget | null;
  /** The hunt it goes on from; null: none. */
  hunt: string | null;
  /** In which guests that hunt made its runs; null: in none. */
  guest: GuestWish | null;
  /** Why it is not the revision that was named, one line each. */
  moved: string[];
}

export type SubjectWish = Pick<BisectRequest, 'test' | 'args' | 'tree' | 'suite' | 'signature'> & {
  firstParent?: boolean;
  /** As the user named it. */
  failing: string | null;
  /** The other end of a range; where the test is not at `failing`, it begins or ends at the nearest that has it. */
  clean?: string | null;
  /** Where `failing` is not named: it is the parent of this one (`worktree`: the commit it stands on). */
  parentOf?: string;
};

const mostLookedAt = 50;

/**
 * The test and the revision that fails: as named; else those of the last hunt that found something.
 * @throws UsageError, EnvironmentError
 */
export async function findSubject(wish: SubjectWish, settings: Settings, source: SourceContext): Promise<Subject> {
  const found = await lastFinding(wish, settings, source);
  if (found !== null) return found;
  if (wish.test === null) {
    throw new UsageError(
      'Which test? No hunt of a test that has a history found anything yet (a command behind -- has none). Give the test (`flakehunt bisect msg-ring.t --good REV --bad REV`), or hunt first: flakehunt run TEST.',
    );
  }
  const opened = await openTarget({ tree: wish.tree, suite: wish.suite, rev: wish.failing }, source, settings);
  const { tree, suite } = opened;
  const revision = await failingRevision(tree, wish, source);
  mustHaveHistory(tree, revision);
  const named = { ...wish, test: wish.test };
  const place = await whereTestIs(tree, suite, revision, named, source);
  return { tree, suite, args: wish.args ?? [], target: null, hunt: null, guest: null, ...place };
}

type TestPlace = Pick<Subject, 'test' | 'failing' | 'moved'>;

/** The test at the failing revision; where that does not have it, at the nearest one towards the other end that has. */
async function whereTestIs(
  tree: Tree,
  suite: Suite,
  failing: Revision,
  { test, clean = null, firstParent = false }: { test: string } & Pick<SubjectWish, 'clean' | 'firstParent'>,
  source: SourceContext,
): Promise<TestPlace> {
  const find = async (revision: Revision) => {
    const where = `at ${revision.facts.name}`;
    return matchTest(test, await listTests(tree, revision, suite, source), suite.nameForms, where);
  };
  try {
    return { test: await find(failing), failing, moved: [] };
  } catch (error) {
    if (!(error instanceof UsageError) || clean === null) throw error;
    const other = await resolveRevision(tree, clean, source);
    const there = await find(other).catch(() => stemOf(test, suite));
    const moved = await towards(other, failing, { tree, suite, test: there, firstParent }, source);
    if (moved === null) throw error;
    return { test: there, ...moved };
  }
}

/** Null where the two ends span no range. */
async function towards(
  clean: Revision,
  failing: Revision,
  { tree, suite, test, firstParent }: { tree: Tree; suite: Suite; test: string; firstParent: boolean },
  source: SourceContext,
): Promise<Omit<TestPlace, 'test'> | null> {
  const [one, two] = [clean.facts.commit ?? '', failing.facts.commit ?? ''];
  const why = await whyNoRange({ tree, oldCommit: one, newCommit: two }, source);
  const isOld = why?.reason === 'swapped';
  if (why !== null && !isOld) return null;
  const ends = isOld ? { old: two, new: one } : { old: one, new: two };
  const options = { firstParent, paths: [] };
  const { range, moved } = await prepareRange({ tree, suite, test, ...ends, options }, source);
  const commit = range.commits.at(isOld ? 0 : -1);
  return commit === undefined ? null : { failing: rangeRevision(tree, commit), moved };
}

/** The newest hunt that found what is looked for, at the revision that is named if one is. */
async function lastFinding(wish: SubjectWish, settings: Settings, source: SourceContext): Promise<Subject | null> {
  let named: { tree: Tree; revision: Revision } | null = null;
  for (const { dir } of huntPlaces(settings.paths).slice(0, mostLookedAt)) {
    const header = await readHeader(dir).catch(() => null);
    if (header === null || !fits(header, wish)) continue;
    if (wish.failing !== null || wish.parentOf !== undefined) {
      if (wish.test === null && wish.tree === null) named = null;
      named ??= await openNamed(header, wish, source);
      if (named.revision.facts.commit !== header.revision.commit) continue;
    }
    const summary = await summarise(readHunt(dir)).catch(() => null);
    const target = summary === null ? null : choose(summary.signatures, textOf(wish.signature), true);
    if (summary === null || target === null) continue;
    const { suiteDefinition: suite, test, argv, revision: facts } = header;
    const tree = named?.tree ?? (await openTree(facts.tree, source, { refresh: 'never' }));
    const failing = await resolveRevision(tree, facts.commit, source);
    const args = argv.slice(suite.command.length);
    return { tree, suite, test, args, failing, target, hunt: header.id, guest: guestOfHeader(header), moved: [] };
  }
  return null;
}

async function openNamed(header: HuntHeader, wish: SubjectWish, source: SourceContext) {
  const tree = await openTree(wish.tree ?? header.revision.tree, source, { refresh: 'never' });
  return { tree, revision: await failingRevision(tree, wish, source) };
}

async function failingRevision(tree: Tree, { failing, parentOf: child }: SubjectWish, source: SourceContext) {
  if (failing !== null || child === undefined) return await resolveRevision(tree, failing, source);
  if (child === 'worktree') return await resolveRevision(tree, 'HEAD', source);
  const { facts } = await resolveRevision(tree, child, source);
  return await resolveRevision(tree, await parentOf(tree, facts.commit ?? '', source), source);
}

/** A hunt of a commit, and of the test that is named. */
function fits({ revision, build, test, suite, suiteDefinition, argv }: HuntHeader, wish: SubjectWish): boolean {
  if (revision.commit === null || revision.name === 'worktree' || build === null) return false;
  if (wish.suite !== null && wish.suite !== suite) return false;
  if (wish.tree !== null && !sameTree(wish.tree, revision.tree)) return false;
  if (wish.args !== null && JSON.stringify(wish.args) !== JSON.stringify(argv.slice(suiteDefinition.command.length)))
    return false;
  return wish.test === null || stemOf(wish.test, suiteDefinition) === test;
}

function sameTree(spec: string, recorded: string | null): boolean {
  return (
    recorded !== null && (spec === recorded || recorded.endsWith(`/${spec.replace(/\/+$/, '').split('/').at(-1)}`))
  );
}

function stemOf(name: string, { nameForms }: Suite): string {
  const prefix = nameForms.prefixes.find((form) => name.startsWith(form)) ?? '';
  const rest = name.slice(prefix.length);
  const suffix = nameForms.suffixes.find((form) => rest.endsWith(form)) ?? '';
  return suffix === '' ? rest : rest.slice(0, -suffix.length);
}

/** `any` names no signature. */
export function textOf(signature: string | null): string | null {
  return signature === 'any' ? null : signature;
}

function mustHaveHistory(tree: Tree, revision: Revision): void {
  if (tree.kind !== 'folder' && revision.facts.commit !== null) return;
  throw new UsageError(
    `${tree.name} has no history that could be searched; give --tree a git repository (a clone of the project).`,
  );
}

/** What earlier hunts of the same program in the same place say of the target. */
export async function earlierEvidence(
  subject: Pick<Subject, 'test' | 'suite' | 'args'>,
  commit: string | null,
  { target, same, jobs, limitMs }: { target: BisectTarget; same: SameFailure; jobs: number; limitMs: number },
  here: Place,
  settings: Settings,
): Promise<ArmEvidence[]> {
  const evidence: ArmEvidence[] = [];
  for (const { dir } of huntPlaces(settings.paths).slice(0, mostLookedAt)) {
    const header = await readHeader(dir).catch(() => null);
    if (header === null || header.revision.commit !== commit || header.revision.name === 'worktree') continue;
    const { suiteDefinition, argv } = header;
    const args = argv.slice(suiteDefinition.command.length);
    const isAlike =
      JSON.stringify([header.test, header.suite, args, header.jobs, header.limitMs]) ===
      JSON.stringify([subject.test, subject.suite.name, subject.args, jobs, limitMs]);
    if (!isAlike || !isSamePlace(header, here)) continue;
    evidence.push(...(await huntEvidence(readHunt(dir), target, same).catch(() => [])));
  }
  return evidence;
}

/** A failure that is named, as an earlier hunt or bisect of the test knows it; null: none knows it. */
export async function knownTarget(
  { test, suite }: Pick<Subject, 'test' | 'suite'>,
  text: string | null,
  { paths }: Settings,
): Promise<BisectTarget | null> {
  if (text === null) return null;
  for (const { dir } of bisectPlaces(paths).slice(0, mostLookedAt)) {
    for await (const event of readBisect(dir)) {
      if (event.type !== 'bisect') break;
      const { target } = event.header;
      if (event.header.test === test && event.header.suite === suite.name && holds(target.signature, text))
        return target;
    }
  }
  for (const { dir } of huntPlaces(paths).slice(0, mostLookedAt)) {
    const header = await readHeader(dir).catch(() => null);
    if (header === null || header.test !== test || header.suite !== suite.name) continue;
    const summary = await summarise(readHunt(dir)).catch(() => null);
    const target = summary === null ? null : choose(summary.signatures, text, true);
    if (target !== null) return target;
  }
  return null;
}
