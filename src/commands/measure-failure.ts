import { BuildError, type ExpectedError } from '../errors.ts';
import { type CalibrationResult, calibrate } from '../hunt/bisect/calibrate.ts';
import { type FoundTarget, findTarget } from '../hunt/bisect/find-target.ts';
import type { ArmEvidence } from '../hunt/bisect/hunt-evidence.ts';
import { type KnownBisect, knownBisects } from '../hunt/bisect/known-bisects.ts';
import type { BisectTarget } from '../model/bisect.ts';
import type { CommandContext } from '../model/settings.ts';
import { mixSeed } from '../stats/random.ts';
import type { BisectRequest } from './bisect-request.ts';
import type { BisectScreen } from './bisect-screen.ts';
import { earlierEvidence, type Subject, textOf } from './bisect-subject.ts';
import { calibrationStrategy, placeOf, type RevisionDesk, sameFailure } from './revision-desk.ts';

/** What is asked for, of a bisect or of a confirmation. */
export type MeasureRequest = Pick<
  BisectRequest,
  'signature' | 'condition' | 'timeMs' | 'seed' | 'masked' | 'jobs' | 'limitMs'
>;

export type NothingFound = Extract<FoundTarget, { kind: 'nothing' }>;

export interface MeasuredFailure {
  target: BisectTarget;
  calibration: Extract<CalibrationResult, { kind: 'calibrated' }>;
  /** Of the failing revision. */
  evidence: ArmEvidence[];
  /** Earlier bisects of the same failure. */
  known: KnownBisect[];
}

/** Part of the time that it may take, and at least, and at most. */
const calibrationTime = { share: 0.2, leastMs: 10_000, mostMs: 300_000 };

/**
 * The failure, and the condition under which it is looked for: from what is known, else by hunting the failing revision.
 * Hunts that are made lie with the user's, so nothing of them is lost whatever happens.
 * @param explain what to throw when it does not fail
 */
export async function measureFailure(
  subject: Subject,
  request: MeasureRequest,
  explain: (found: NothingFound) => Promise<ExpectedError>,
  desk: RevisionDesk,
  screen: Pick<BisectScreen, 'tell'>,
  context: CommandContext,
): Promise<MeasuredFailure> {
  const { seed, masked, condition } = request;
  const strategy = calibrationStrategy(condition, placeOf(desk), context);
  const timeMs = calibrationMs(request.timeMs);
  const name = subject.failing.facts.name ?? '';
  screen.tell(`building ${name}`);
  const built = await desk.build(subject.failing).catch(mustBuild);
  let { target } = subject;
  if (target === null) {
    screen.tell(`hunting ${name} for a failure`);
    const wish = { ...strategy, text: textOf(request.signature), timeMs, seed, masked };
    const found = await findTarget(built, wish, desk.plan, desk.place);
    if (found.kind === 'interrupted') throw context.signal.reason;
    if (found.kind === 'nothing') throw await explain(found);
    target = found.target;
  }
  const { evidence, known } = await whatIsKnown(subject, target, request, desk, context);
  const [last] = known;
  if (last !== undefined) {
    const { rate, base, secondsPerRun } = last.calibration;
    const frozen = last.calibration.condition;
    const calibration = { kind: 'calibrated', condition: frozen, secondsPerRun, rate, base, evidence } as const;
    return { target, calibration, evidence: evidence.filter((arm) => isOf(arm.condition, frozen)), known };
  }
  screen.tell(`measuring ${name}`);
  const plan = { ...desk.plan, target, same: sameFailure(request.signature) };
  const result = await calibrate(
    built,
    { ...strategy, timeMs, seed: mixSeed(seed, 7), known: evidence },
    plan,
    desk.place,
  );
  if (result.kind === 'calibrated') return { target, calibration: result, evidence: result.evidence, known };
  context.signal.throwIfAborted();
  const runs = result.evidence.reduce((sum, { counts }) => sum + counts.seen.runs, 0);
  throw await explain({ kind: 'nothing', runs, skipped: 0, reason: null, others: [], hunts: [] });
}

/** @throws the error, with the way out where it is the revision's own fault */
function mustBuild(error: unknown): never {
  if (!(error instanceof BuildError)) throw error;
  throw new BuildError(
    `${error.message}\nThe revision that fails has to be built before anything is searched or compared: name another one near it.`,
    error.logPath,
    { cause: error },
  );
}

function calibrationMs(timeMs: number): number {
  const { share, leastMs, mostMs } = calibrationTime;
  return Math.min(timeMs, Math.max(leastMs, Math.min(mostMs, share * timeMs)));
}

/** Hunts and bisects of the same failure, under the condition that was asked for if one was. */
async function whatIsKnown(
  { tree, suite, test, args, failing }: Subject,
  target: BisectTarget,
  request: MeasureRequest,
  desk: RevisionDesk,
  context: CommandContext,
): Promise<Pick<MeasuredFailure, 'evidence' | 'known'>> {
  const { settings } = context;
  const { machine, chosen } = desk;
  const here = { machine, guest: chosen.guest?.facts ?? null };
  const { jobs, condition, signature } = request;
  const limitMs = request.limitMs ?? suite.limitMs;
  const wanted = condition === null ? null : calibrationStrategy(condition, placeOf(desk), context).strategy;
  const isWanted = (text: string) => wanted === null || isOf(text, wanted);
  const likeness = { target, same: sameFailure(signature), jobs, limitMs };
  const evidence = await earlierEvidence({ suite, test, args }, failing.facts.commit, likeness, here, settings);
  const known = await knownBisects(settings.paths, {
    ...{ tree: tree.name, suite: suite.name, test, args, jobs, limitMs, target },
    ...{ engine: chosen.name, ...here },
  });
  return {
    evidence: evidence.filter((arm) => isWanted(arm.condition)),
    known: known.filter(({ calibration }) => isWanted(calibration.condition)),
  };
}

/** A frozen condition (`chaos:pct:1:20`) of one that was asked for (`chaos:pct:1`); plain stands beside any. */
function isOf(condition: string, wanted: string): boolean {
  return condition === 'plain' || condition === wanted || condition.startsWith(`${wanted}:`);
}
