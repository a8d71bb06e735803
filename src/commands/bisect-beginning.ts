import { BuildError, ExitCode, ExpectedError, UsageError } from '../errors.ts';
import { type CalibrationResult, calibrate } from '../hunt/bisect/calibrate.ts';
import { findOtherEnd } from '../hunt/bisect/find-ends.ts';
import { type FoundTarget, findTarget, notReproduced } from '../hunt/bisect/find-target.ts';
import type { ArmEvidence } from '../hunt/bisect/hunt-evidence.ts';
import { type KnownBisect, knownBisects } from '../hunt/bisect/known-bisects.ts';
import type { Beginning } from '../hunt/bisect/open-bisect.ts';
import { type PreparedRange, prepareRange } from '../hunt/bisect/prepare-range.ts';
import type { SameFailure } from '../hunt/bisect/same-failure.ts';
import type { BisectDirection, BisectHeader, BisectTarget } from '../model/bisect.ts';
import type { CommandContext } from '../model/settings.ts';
import { plainCondition } from '../perturb/condition-text.ts';
import { NoRange, whyNoRange } from '../source/no-range.ts';
import { type Revision, resolveRevision } from '../source/revision.ts';
import { rateInterval } from '../stats/interval.ts';
import { mixSeed } from '../stats/random.ts';
import { newHuntId } from '../store/hunt-id.ts';
import type { BisectRequest } from './bisect-request.ts';
import type { BisectScreen } from './bisect-screen.ts';
import { earlierEvidence, type Subject, textOf } from './bisect-subject.ts';
import { calibrationStrategy, type RevisionDesk, sameFailure } from './revision-desk.ts';

/** All that is known when the search begins. */
export interface PreparedBisect {
  header: BisectHeader;
  prepared: PreparedRange;
  beginning: Beginning;
}

/** Part of the time that the calibration may take, and at least, and at most. */
const calibrationTime = { share: 0.2, leastMs: 10_000, mostMs: 300_000 };

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
  const same = sameFailure(request.signature);
  const measured = await measure(subject, { request, clean, same }, desk, screen, context);
  const { target, calibration, evidence, known } = measured;
  const plan = { ...desk.plan, target, same };
  const rate = calibration.rate;
  const seen = new Map([[subject.failing.facts.commit ?? '', evidence]]);
  const ends = [`${subject.failing.facts.name} fails${subject.hunt === null ? '' : `, as hunt ${subject.hunt} found`}`];
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

interface Measured {
  target: BisectTarget;
  calibration: Extract<CalibrationResult, { kind: 'calibrated' }>;
  evidence: ArmEvidence[];
  known: KnownBisect[];
}

/** The failure, and the condition under which it is looked for; from what is known, else by hunting the failing end. */
async function measure(
  subject: Subject,
  { request, clean, same }: { request: BisectRequest; clean: CleanEnd | null; same: SameFailure },
  desk: RevisionDesk,
  screen: BisectScreen,
  context: CommandContext,
): Promise<Measured> {
  const { settings } = context;
  const strategy = calibrationStrategy(request.condition, context);
  const timeMs = Math.min(
    request.timeMs,
    Math.max(calibrationTime.leastMs, Math.min(calibrationTime.mostMs, calibrationTime.share * request.timeMs)),
  );
  const name = subject.failing.facts.name ?? '';
  screen.tell(`building ${name}`);
  const built = await desk.build(subject.failing);
  let target = subject.target;
  if (target === null) {
    screen.tell(`hunting ${name} for a failure`);
    const wish = { ...strategy, text: textOf(request.signature), timeMs, seed: request.seed, masked: request.masked };
    const found = await findTarget(built, wish, desk.plan, desk.place);
    if (found.kind === 'interrupted') throw context.signal.reason;
    if (found.kind === 'nothing') throw await explain(found, subject, { request, clean }, desk, screen);
    target = found.target;
  }
  const limitMs = request.limitMs ?? subject.suite.limitMs;
  const plan = { ...desk.plan, target, same };
  const likeness = { target, same, jobs: request.jobs, limitMs };
  const all = await earlierEvidence(subject, subject.failing.facts.commit, likeness, desk.machine, settings);
  const wanted = request.condition === null ? null : strategy.strategy;
  const evidence = all.filter(({ condition }) => wanted === null || isOf(condition, wanted));
  const known = (
    await knownBisects(settings.paths, {
      ...{ tree: subject.tree.name, suite: subject.suite.name, test: subject.test, args: subject.args },
      ...{ jobs: request.jobs, limitMs, target, engine: desk.chosen.engine.name, machine: desk.machine },
    })
  ).filter(({ calibration }) => wanted === null || isOf(calibration.condition, wanted));
  const [last] = known;
  if (last !== undefined) {
    const { condition, rate, base, secondsPerRun } = last.calibration;
    const calibration = { kind: 'calibrated', condition, secondsPerRun, rate, base, evidence } as const;
    const ofCondition = evidence.filter((arm) => arm.condition === condition || arm.condition === 'plain');
    return { target, calibration, evidence: ofCondition, known };
  }
  screen.tell(`measuring ${name}`);
  const result = await calibrate(
    built,
    { ...strategy, timeMs, seed: mixSeed(request.seed, 7), known: evidence },
    plan,
    desk.place,
  );
  if (result.kind === 'calibrated') return { target, calibration: result, evidence: result.evidence, known };
  context.signal.throwIfAborted();
  const runs = result.evidence.reduce((sum, { counts }) => sum + counts.seen.runs, 0);
  const nothing: FoundTarget = { kind: 'nothing', runs, skipped: 0, reason: null, others: [], hunts: [] };
  throw await explain(nothing, subject, { request, clean }, desk, screen);
}

/** A frozen condition (`chaos:pct:1:20`) of one that was asked for (`chaos:pct:1`); plain stands beside any. */
function isOf(condition: string, wanted: string): boolean {
  return condition === 'plain' || condition === wanted || condition.startsWith(`${wanted}:`);
}

/** Why the failing end does not fail; perhaps the ends were exchanged. */
async function explain(
  found: Extract<FoundTarget, { kind: 'nothing' }>,
  { failing }: Subject,
  { request, clean }: { request: BisectRequest; clean: CleanEnd | null },
  desk: RevisionDesk,
  screen: BisectScreen,
): Promise<ExpectedError> {
  const name = failing.facts.name ?? '';
  const complaint = notReproduced(name, found, textOf(request.signature));
  if (clean === null || found.runs <= found.skipped) return complaint;
  const other = clean.revision.facts.name ?? '';
  screen.tell(`trying ${other}, the other end`);
  const built = await orNull(desk.build(clean.revision));
  if (built === null) return complaint;
  const wish = {
    ...{ text: textOf(request.signature), conditions: [plainCondition], strategy: 'plain' },
    ...{ timeMs: 20_000, seed: mixSeed(request.seed, 9), masked: request.masked },
  };
  const there = await findTarget(built, wish, desk.plan, desk.place);
  if (there.kind !== 'found') return complaint;
  return new ExpectedError(
    `The ends look exchanged: ${name} did not fail in ${found.runs} runs, and ${other} does (${there.target.signature.title}). Exchange them: --good ${name} --bad ${other}.`,
    ExitCode.inconclusive,
  );
}

/** A revision that cannot be built is no end; what stops every build is told. */
async function orNull<T>(made: Promise<T>): Promise<T | null> {
  try {
    return await made;
  } catch (error) {
    if (error instanceof BuildError || (error instanceof UsageError && !(error instanceof NoRange))) return null;
    throw error;
  }
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
    ends: [...ends, ...prepared.moved],
    firstParent: request.firstParent,
    paths: request.paths,
    confidence: request.confidence,
    jobs: request.jobs,
    limitMs: request.limitMs ?? subject.suite.limitMs,
    seed: request.seed,
    engine: desk.chosen.engine.name,
    machine: desk.machine,
    commandLine,
  };
}
