import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseDuration, parseMasked } from '../config/values.ts';
import { BuildError, type ExitCode, UsageError } from '../errors.ts';
import { confirmFix } from '../hunt/bisect/confirm-session.ts';
import { notReproduced } from '../hunt/bisect/find-target.ts';
import type { BisectCommit, BisectHeader, ConfirmSummary } from '../model/bisect.ts';
import type { CommandContext } from '../model/settings.ts';
import { renderConfirmHeader } from '../report/bisect/confirm-header.ts';
import { confirmJson } from '../report/bisect/confirm-json.ts';
import { renderConfirm } from '../report/bisect/confirm-result.ts';
import { runCommand } from '../report/run-command.ts';
import { commitFacts, parentsOf } from '../source/commit-facts.ts';
import { type Revision, resolveRevision } from '../source/revision.ts';
import { huntsFolder } from '../store/hunt-folder.ts';
import { newHuntId } from '../store/hunt-id.ts';
import { readJobs } from './bisect-request.ts';
import { findSubject, knownTarget, type Subject, textOf } from './bisect-subject.ts';
import { type ConfirmScreen, confirmScreen } from './confirm-screen.ts';
import { type GuestFlags, guestBeside, readGuest } from './guest-request.ts';
import { type MeasuredFailure, type MeasureRequest, measureFailure } from './measure-failure.ts';
import { keptBefore, orInterrupted } from './or-interrupted.ts';
import { calibrationStrategy, guestFacts, type RevisionDesk, revisionDesk, sameFailure } from './revision-desk.ts';
import { parseSeed } from './run-request.ts';

/** Flags of `flakehunt confirm` as the command line gives them. */
export interface ConfirmFlags extends GuestFlags {
  rev?: string | undefined;
  test?: string | undefined;
  /** What stood behind `--`, or null without one. */
  afterDashes: string[] | null;
  before?: string;
  after?: string;
  tree?: string;
  suite?: string;
  time?: string;
  signature?: string;
  condition?: string;
  jobs?: string;
  limit?: string;
  masked?: string;
  seed?: string;
  json?: boolean;
  quiet?: boolean;
  engine?: string;
}

const usualTimeMs = 1_800_000;

/** `flakehunt confirm`: whether a commit made a failure go, by runs of it and of its parent in turns. */
export async function confirm(flags: ConfirmFlags, context: CommandContext): Promise<ExitCode> {
  const screen = confirmScreen(flags, context);
  try {
    return await orInterrupted(confirmOn(screen, flags, context), keptBefore, context.signal);
  } finally {
    screen.stop();
  }
}

async function confirmOn(screen: ConfirmScreen, flags: ConfirmFlags, context: CommandContext): Promise<ExitCode> {
  const request = readRequest(flags, context);
  const { tree, suite } = {
    tree: flags.tree ?? context.settings.run.tree,
    suite: flags.suite ?? context.settings.run.suite,
  };
  const named = { test: request.test, args: flags.afterDashes, tree, suite, signature: request.signature };
  const sides = namedSides(flags);
  const subject = await findSubject(
    { ...named, failing: sides.before, parentOf: sides.after },
    context.settings,
    screen.source,
  );
  const after = await resolveRevision(subject.tree, sides.after, screen.source);
  if (sides.before === null) await noteMerge(subject, after, screen);
  mustDiffer(subject.failing, after);
  const target = subject.target ?? (await knownTarget(subject, textOf(request.signature), context.settings));
  const guest = guestBeside(readGuest(flags, context.settings.run), subject.hunt === null ? null : subject);
  // Before anything is booted.
  calibrationStrategy(request.condition, { guest, booted: null }, context);
  const wish = { engine: flags.engine, jobs: request.jobs, limitMs: request.limitMs, guest };
  const desk = await revisionDesk(subject, wish, screen, context);
  await mustDifferBuilt(subject.failing, after, desk, screen);
  const explain = async (found: Parameters<typeof notReproduced>[1]) =>
    notReproduced(subject.failing.facts.name ?? '', found, textOf(request.signature));
  const measured = await measureFailure({ ...subject, target }, request, explain, desk, screen, context);
  return await compare({ subject, after, request, measured, flags }, desk, screen, context);
}

type ConfirmRequest = MeasureRequest & { test: string | null };

function readRequest(flags: ConfirmFlags, { settings }: CommandContext): ConfirmRequest {
  const { run } = settings;
  // With --before and --after the first word is the test.
  const isPair = flags.before !== undefined || flags.after !== undefined;
  if (isPair && flags.test !== undefined) {
    throw new UsageError('--before and --after name both revisions; give only the test beside them.');
  }
  return {
    test: (isPair ? flags.rev : flags.test) ?? null,
    signature: flags.signature ?? null,
    condition: flags.condition ?? null,
    timeMs: flags.time === undefined ? usualTimeMs : parseDuration(flags.time, '--time'),
    seed: flags.seed === undefined ? randomBytes(8).toString('hex') : parseSeed(flags.seed),
    masked: flags.masked === undefined ? (run.masked ?? 'report') : parseMasked(flags.masked, '--masked'),
    jobs: readJobs(flags.jobs),
    limitMs: flags.limit === undefined ? run.limitMs : parseDuration(flags.limit, '--limit'),
  };
}

/** Before: null for the parent of `after`. */
function namedSides({ rev, before, after }: ConfirmFlags): { before: string | null; after: string } {
  if (before !== undefined || after !== undefined) {
    if (before !== undefined && after !== undefined) return { before, after };
    throw new UsageError('--before and --after go together: the revision that fails, and the one that should not.');
  }
  if (rev === undefined) {
    throw new UsageError(
      'Which commit? Give the one that should have fixed the failure (`flakehunt confirm REV TEST`); its parent is run beside it. `worktree` is your uncommitted work.',
    );
  }
  return { before: null, after: rev };
}

/** "The parent" of a merge is one of several, and what it brought may be of another branch. */
async function noteMerge({ tree, failing }: Subject, { facts }: Revision, { source }: ConfirmScreen): Promise<void> {
  if (facts.commit === null || facts.name === 'worktree') return;
  const [, ...others] = await parentsOf(tree, facts.commit, source);
  if (others.length === 0) return;
  const named = others.map((parent) => parent.slice(0, 12)).join(', ');
  source.note(
    `${facts.name} is a merge; it is compared with its first parent, ${failing.facts.name}. For the other side (${named}) name both with --before and --after.`,
  );
}

function mustDiffer(before: Revision, after: Revision): void {
  if (before.treeId !== after.treeId) return;
  throw new UsageError(
    `${before.facts.name} and ${after.facts.name} have the same files, so there is nothing to compare.`,
  );
}

/** Runs cannot tell a program from itself. @throws UsageError */
async function mustDifferBuilt(
  before: Revision,
  after: Revision,
  desk: RevisionDesk,
  { tell }: ConfirmScreen,
): Promise<void> {
  const identities: string[] = [];
  for (const revision of [before, after]) {
    tell(`building ${revision.facts.name}`);
    identities.push(await desk.identity(revision).catch(mustBuild));
  }
  if (identities[0] !== identities[1]) return;
  throw new UsageError(
    `The test is built into the same program at ${before.facts.name} and at ${after.facts.name}, so no run can tell them apart: what changed in between is no part of it. Name another commit, or both sides with --before and --after.`,
  );
}

/** @throws the error, with the way out where it is the revision's own fault */
function mustBuild(error: unknown): never {
  if (!(error instanceof BuildError)) throw error;
  const advice = 'Both sides have to be built before they are compared: name others with --before and --after.';
  throw new BuildError(`${error.message}\n${advice}`, error.logPath, { cause: error });
}

async function compare(
  parts: { subject: Subject; after: Revision; request: ConfirmRequest; measured: MeasuredFailure; flags: ConfirmFlags },
  desk: RevisionDesk,
  screen: ConfirmScreen,
  context: CommandContext,
): Promise<ExitCode> {
  const { subject, after, request, measured, flags } = parts;
  const header = headerOf(subject, after, request, measured, desk, context);
  const { condition, secondsPerRun } = measured.calibration;
  screen.tell(`building ${after.facts.name}`);
  const side = async (revision: Revision) => ({
    commit: await sideCommit(subject, revision, screen.source),
    target: await desk.build(revision),
  });
  const [before, young] = [await side(subject.failing), await side(after)];
  const reproduce = (revision: Revision, runs: number) =>
    runCommand(header, revision.facts.commit ?? '', condition, runs);
  const end = await confirmFix({
    ...{ header, before, after: young, condition, secondsPerRun, timeMs: request.timeMs },
    plan: { ...desk.plan, target: measured.target, same: sameFailure(request.signature) },
    place: { ...desk.place, onRuns: () => undefined },
    reproduce: { before: reproduce(subject.failing, 1000), after: reproduce(after, 1000) },
    onPlan: (summary: ConfirmSummary) => screen.begin(renderConfirmHeader(summary, context.screen), summary),
    onSummary: screen.update,
    monotonicMs: () => performance.now(),
  });
  screen.stop();
  const kept = { dir: join(huntsFolder(context.settings.paths), end.hunts.at(-1) ?? '') };
  context.screen.out(
    flags.json === true
      ? confirmJson(end.summary, kept, end.exitCode)
      : renderConfirm(end.summary, kept, context.screen),
  );
  return end.exitCode;
}

async function sideCommit(
  { tree }: Subject,
  { facts }: Revision,
  source: Parameters<typeof commitFacts>[2],
): Promise<BisectCommit> {
  const found = await commitFacts(tree, facts.commit ?? '', source);
  return facts.name === 'worktree' ? { ...found, name: 'worktree', subject: facts.subject ?? '' } : found;
}

function headerOf(
  { tree, suite, test, args, failing }: Subject,
  after: Revision,
  request: ConfirmRequest,
  { target }: MeasuredFailure,
  { chosen, machine }: RevisionDesk,
  { version, commandLine }: CommandContext,
): BisectHeader {
  const started = new Date();
  return {
    id: newHuntId(started, test, Math.random),
    started: started.toISOString(),
    ...{ version, suite: suite.name, suiteDefinition: suite, test, args, tree: tree.name, direction: 'fix', target },
    ...{ old: failing.facts, new: after.facts, ends: [], firstParent: false, paths: [], confidence: 0.95 },
    jobs: request.jobs,
    limitMs: request.limitMs ?? suite.limitMs,
    seed: request.seed,
    engine: chosen.name,
    machine,
    ...guestFacts(chosen),
    commandLine,
  };
}
