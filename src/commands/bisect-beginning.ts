import { UsageError } from '../errors.ts';
import { findOtherEnd } from '../hunt/bisect/find-ends.ts';
import type { Beginning } from '../hunt/bisect/open-bisect.ts';
import { type PreparedRange, prepareRange } from '../hunt/bisect/prepare-range.ts';
import type { BisectDirection, BisectHeader, BisectTarget } from '../model/bisect.ts';
import type { CommandContext } from '../model/settings.ts';
import { whyNoRange } from '../source/no-range.ts';
import { type Revision, resolveRevision } from '../source/revision.ts';
import { rateInterval } from '../stats/interval.ts';
import { newHuntId } from '../store/hunt-id.ts';
import type { BisectRequest } from './bisect-request.ts';
import type { BisectScreen } from './bisect-screen.ts';
import type { Subject } from './bisect-subject.ts';
import { explainCleanEnd, orNull } from './exchanged-ends.ts';
import { measureFailure } from './measure-failure.ts';
import { guestFacts, type RevisionDesk, sameFailure } from './revision-desk.ts';

/** All that is known when the search begins. */
export interface PreparedBisect {
  header: BisectHeader;
  prepared: PreparedRange;
  beginning: Beginning;
}

/**
 * Everything before the search: the failure, the condition that provokes it, the other end, the history in between.
 * Hunts that are made on the way lie with the user's, so nothing of them is lost whatever happens.
 * @throws ExpectedError when there is nothing to search; BuildError when the failing end does not build
 */
export async function prepareBisect(
  subject: Subject,
  request: BisectRequest,
  desk: RevisionDesk,
  screen: BisectScreen,
  context: CommandContext,
): Promise<PreparedBisect> {
  const clean = await otherEnd(subject, request, screen);
  const measured = await measureFailure(
    subject,
    request,
    (found) => explainCleanEnd(found, subject, clean?.revision ?? null, request, desk, screen),
    desk,
    screen,
    context,
  );
  const { target, calibration, evidence, known } = measured;
  const plan = { ...desk.plan, target, same: sameFailure(request.signature) };
  const rate = calibration.rate;
  const seen = new Map([[subject.failing.facts.commit ?? '', evidence]]);
  const ends = [
    ...subject.moved,
    `${subject.failing.facts.name} fails${subject.hunt === null ? '' : `, as hunt ${subject.hunt} found`}`,
  ];
  let [other, direction] = [clean?.revision ?? null, clean?.direction ?? request.ends.direction];
  if (other === null || direction === null) {
    const found = await findOtherEnd(
      {
        ...{ tree: subject.tree, failing: subject.failing, direction: request.ends.direction },
        ...{ condition: calibration.condition, rate, seed: request.seed, timeMs: request.timeMs },
        build: (revision) => orNull(desk.build(revision)),
        tell: screen.tell,
      },
      plan,
      desk.place,
      screen.source,
    );
    [other, direction] = [found.revision, found.direction];
    ends.push(...found.story);
    for (const { commit, evidence: one } of found.seen) seen.set(commit, [...(seen.get(commit) ?? []), one]);
  }
  const isFix = direction === 'fix';
  const [old, young] = isFix ? [subject.failing, other] : [other, subject.failing];
  const prepared = await prepareRange(
    {
      ...{ tree: subject.tree, suite: subject.suite, test: subject.test },
      ...{ old: old.facts.commit ?? '', new: young.facts.commit ?? '' },
      options: { firstParent: request.firstParent, paths: request.paths },
    },
    screen.source,
  );
  const header = headerOf(subject, { request, target, direction, ends, old, young, prepared }, desk, context);
  return {
    header,
    prepared,
    beginning: {
      calibration: {
        condition: calibration.condition,
        rate: rateInterval(rate.failures, rate.runs),
        base: calibration.base === null ? null : rateInterval(calibration.base.failures, calibration.base.runs),
        secondsPerRun: calibration.secondsPerRun,
      },
      evidence: [...seen].map(([commit, arms]) => ({ commit, arms })),
      known,
    },
  };
}

interface CleanEnd {
  revision: Revision;
  direction: BisectDirection;
}

/** The end that does not fail, if it was named, and which of the two is older. @throws NoRange */
async function otherEnd(
  { tree, failing }: Subject,
  { ends }: BisectRequest,
  { source }: BisectScreen,
): Promise<CleanEnd | null> {
  if (ends.clean === null) return null;
  const revision = await resolveRevision(tree, ends.clean, source);
  const [clean, bad] = [revision.facts.commit ?? '', failing.facts.commit ?? ''];
  const why = await whyNoRange({ tree, oldCommit: clean, newCommit: bad }, source);
  const direction: BisectDirection = why?.reason === 'swapped' ? 'fix' : 'regression';
  if (why !== null && why.reason !== 'swapped') throw why;
  if (ends.direction !== null && ends.direction !== direction) {
    const [older, younger] = direction === 'fix' ? [failing, revision] : [revision, failing];
    throw new UsageError(
      `${older.facts.name} comes before ${younger.facts.name}, so what ${ends.direction === 'fix' ? 'fixed' : 'introduced'} the failure cannot lie between them that way round. Exchange the two ends, or leave --fix and --regression out and name them with --good and --bad.`,
    );
  }
  return { revision, direction };
}

function headerOf(
  subject: Subject,
  parts: {
    request: BisectRequest;
    target: BisectTarget;
    direction: BisectDirection;
    ends: string[];
    old: Revision;
    young: Revision;
    prepared: PreparedRange;
  },
  desk: RevisionDesk,
  { version, commandLine }: CommandContext,
): BisectHeader {
  const { request, target, direction, ends, old, young, prepared } = parts;
  const [first, last] = [prepared.range.commits[0], prepared.range.commits.at(-1)];
  const started = new Date();
  const moved = (revision: Revision, commit: typeof first) =>
    commit === undefined || commit.commit === revision.facts.commit
      ? revision.facts
      : {
          ...{ tree: subject.tree.name, commit: commit.commit, name: commit.name, subject: commit.subject },
          ...{ date: commit.date, treeId: commit.treeId },
        };
  return {
    id: newHuntId(started, subject.test, Math.random),
    started: started.toISOString(),
    version,
    suite: subject.suite.name,
    suiteDefinition: subject.suite,
    test: subject.test,
    args: subject.args,
    tree: subject.tree.name,
    direction,
    target,
    old: moved(old, first),
    new: moved(young, last),
    ends: [...new Set([...ends, ...prepared.moved])],
    firstParent: request.firstParent,
    paths: request.paths,
    confidence: request.confidence,
    jobs: request.jobs,
    limitMs: request.limitMs ?? subject.suite.limitMs,
    seed: request.seed,
    engine: desk.chosen.name,
    machine: desk.machine,
    ...guestFacts(desk.chosen),
    commandLine,
  };
}
