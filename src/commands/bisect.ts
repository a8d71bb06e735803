import { ExitCode, ExpectedError, UsageError } from '../errors.ts';
import { allowedCpus } from '../exec/machine.ts';
import { beginBisect, type OpenBisect, reopenBisect } from '../hunt/bisect/open-bisect.ts';
import { type NodeBuilder, RevisionBuilder } from '../hunt/bisect/revision-builder.ts';
import { searchHistory } from '../hunt/bisect/search-history.ts';
import { guestOfHeader } from '../hunt/guest-wish.ts';
import type { BisectHeader, BisectSummary } from '../model/bisect.ts';
import type { CommandContext } from '../model/settings.ts';
import { renderBisectHeader } from '../report/bisect/bisect-header.ts';
import { bisectJson } from '../report/bisect/bisect-json.ts';
import { bisectLog } from '../report/bisect/bisect-log.ts';
import { renderBisect } from '../report/bisect/bisect-result.ts';
import { isSamePlace, placeText } from '../report/place.ts';
import { findBisect } from '../store/bisect-log.ts';
import { isLocked } from '../store/hunt-lock.ts';
import { mustBeAlone, mustPrintOnly } from './bisect-alone.ts';
import { prepareBisect } from './bisect-beginning.ts';
import { beginKernelSearch, resumeKernelSearch } from './bisect-kernels.ts';
import { tellPlan } from './bisect-plan.ts';
import { type BisectFlags, type BisectRequest, readBisectFlags } from './bisect-request.ts';
import { type BisectScreen, bisectScreen } from './bisect-screen.ts';
import { findSubject } from './bisect-subject.ts';
import { guestBeside } from './guest-request.ts';
import { keptBefore, orInterrupted } from './or-interrupted.ts';
import { calibrationStrategy, type RevisionDesk, revisionDesk, sameFailure } from './revision-desk.ts';
import { summariseBisect } from './summarise-bisect.ts';

/** `flakehunt bisect`: which commit introduced or fixed a failure. */
export async function bisect(flags: BisectFlags, context: CommandContext): Promise<ExitCode> {
  if (flags.log !== undefined) {
    mustPrintOnly(flags);
    return await printLog(flags.log, context);
  }
  const request = readBisectFlags(flags, context.settings.run);
  const screen = bisectScreen(flags, context);
  try {
    return flags.resume === undefined
      ? await begin(flags, request, screen, context)
      : await resume(flags.resume, flags, request, screen, context);
  } finally {
    screen.stop();
  }
}

async function begin(
  flags: BisectFlags,
  request: BisectRequest,
  screen: BisectScreen,
  context: CommandContext,
): Promise<ExitCode> {
  if (flags.dryRun === true && flags.json === true) {
    throw new UsageError('--dry-run tells in words what the search will cost: leave --json out.');
  }
  if (flags.kernels !== undefined) {
    const found = await orInterrupted(beginKernelSearch(flags, request, screen, context), keptBefore, context.signal);
    return await search(
      found.open,
      { flags, signature: request.signature, timeMs: request.timeMs },
      found,
      screen,
      context,
    );
  }
  const prepare = async () => {
    const ends = { failing: request.ends.failing, clean: request.ends.clean };
    const subject = await findSubject({ ...request, ...ends }, context.settings, screen.source);
    const guest = guestBeside(request.guest, subject.hunt === null ? null : subject);
    // Before anything is booted.
    calibrationStrategy(request.condition, { guest, booted: null }, context);
    const wish = { engine: flags.engine, jobs: request.jobs, limitMs: request.limitMs, guest };
    const desk = await revisionDesk(subject, wish, screen, context);
    return { subject, desk, made: await prepareBisect(subject, request, desk, screen, context) };
  };
  const { subject, desk, made } = await orInterrupted(prepare(), keptBefore, context.signal);
  if (flags.dryRun === true) return await tellPlan(made, subject, request, screen, context);
  const { header, prepared, beginning } = made;
  const { tree, suite, test, args } = subject;
  const parts = { tree, suite, test, args, range: prepared.range, touched: prepared.touched };
  const open = await beginBisect(context.settings.paths, header, prepared, beginning, parts);
  return await search(open, { flags, signature: request.signature, timeMs: request.timeMs }, { desk }, screen, context);
}

async function resume(
  ref: string,
  flags: BisectFlags,
  request: BisectRequest,
  screen: BisectScreen,
  context: CommandContext,
): Promise<ExitCode> {
  mustBeAlone(flags);
  const place = findBisect(context.settings.paths, ref);
  if (!isLocked(place.dir)) {
    const { summary } = await summariseBisect(place.dir);
    if (summary.outcome === 'decided') return tellDecided(summary, place.dir, flags, screen, context);
  }
  const kept = `Nothing is lost: \`flakehunt bisect --resume ${place.id}\` goes on from there.`;
  const opening = reopenBisect(place, (header) => sameFailure(signatureOf(header)), screen.source);
  const open = await orInterrupted(opening, kept, context.signal);
  const { header } = open.knowledge;
  try {
    const what = { flags, signature: signatureOf(header), timeMs: request.timeMs };
    if (header.axis !== undefined) {
      const resuming = resumeKernelSearch(open, flags, request, screen, context);
      return await search(open, what, await orInterrupted(resuming, kept, context.signal), screen, context);
    }
    const wish = { engine: flags.engine, jobs: header.jobs, limitMs: header.limitMs, guest: guestOfHeader(header) };
    const desk = await orInterrupted(revisionDesk(open.subject, wish, screen, context), kept, context.signal);
    const here = { machine: desk.machine, guest: desk.chosen.guest?.facts ?? null };
    if (!isSamePlace(header, here)) {
      throw new UsageError(
        `Bisect ${header.id} ran on ${placeText(header)}; this is ${placeText(here)}. Rates of two machines are never mixed: begin a new bisect here.`,
      );
    }
    return await search(open, what, { desk }, screen, context);
  } catch (error) {
    await open.log.close();
    throw error;
  }
}

/** More runs would only repeat the check. */
function tellDecided(
  summary: BisectSummary,
  dir: string,
  flags: BisectFlags,
  screen: BisectScreen,
  context: CommandContext,
): ExitCode {
  screen.source.note(`bisect ${summary.header.id} was decided already, so there is nothing to go on with`);
  context.kept(shownAgain(summary.header.id));
  tellEnd(summary, dir, ExitCode.ok, flags, context);
  return ExitCode.ok;
}

/** Where standard output breaks. */
function shownAgain(id: string): string {
  return `The bisect is kept all the same: \`flakehunt show ${id}\` shows it again.`;
}

/** As it was given when the bisect began. */
function signatureOf({ commandLine }: BisectHeader): string | null {
  const at = commandLine.findIndex((word) => word === '--signature' || word.startsWith('--signature='));
  if (at === -1) return null;
  const word = commandLine[at] ?? '';
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : (commandLine[at + 1] ?? null);
}

async function search(
  open: OpenBisect,
  { flags, signature, timeMs }: { flags: BisectFlags; signature: string | null; timeMs: number },
  { desk, builder }: { desk: RevisionDesk; builder?: NodeBuilder },
  screen: BisectScreen,
  context: CommandContext,
): Promise<ExitCode> {
  const { log, fold, knowledge, subject } = open;
  const { header } = knowledge;
  context.kept(shownAgain(header.id));
  try {
    screen.begin(headerText(fold.summary(), timeMs, context), () => fold.summary());
    // No build outlasts the time, and none is to be blamed for that.
    const time = AbortSignal.timeout(Math.min(timeMs, longestTimerMs));
    const source = { ...screen.source, signal: AbortSignal.any([context.signal, time]) };
    const end = await searchHistory({
      ...{ subject, log, fold, knowledge, timeMs },
      builder: builder ?? new RevisionBuilder(subject, source),
      plan: { ...desk.plan, target: header.target, same: sameFailure(signature) },
      place: desk.placeIn(log.dir),
      cpus: freeFor(desk, header.jobs),
      onEvent: screen.event,
      monotonicMs: () => performance.now(),
      wallClockMs: () => Date.now(),
    });
    screen.stop();
    tellEnd(end.summary, log.dir, end.exitCode, flags, context);
    return end.exitCode;
  } catch (error) {
    throw withWayOn(error, header.id);
  } finally {
    await log.close();
  }
}

function tellEnd(
  summary: BisectSummary,
  dir: string,
  exitCode: ExitCode,
  { json }: BisectFlags,
  { screen }: CommandContext,
): void {
  screen.out(json === true ? bisectJson(summary, { dir }, exitCode) : renderBisect(summary, { dir }, screen));
}

/** CPUs, as if guests had no more of them than there are workers: where one is left over, it may build ahead. */
function freeFor({ guest }: RevisionDesk, jobs: number): number {
  const all = allowedCpus().length;
  return guest === null ? all : all - guest.guests * guest.cpus + jobs;
}

/** A timer of Node's takes no more: 24 days. */
const longestTimerMs = 2 ** 31 - 1;

/** What stops a bisect from outside (a full disk, a tool that went) loses nothing of it. */
function withWayOn(error: unknown, id: string): unknown {
  if (!(error instanceof ExpectedError) || error.message.includes('bisect --resume')) return error;
  const again = `\`flakehunt bisect --resume ${id}\` goes on`;
  // A hunt within the bisect tells of itself alone.
  const told = error.message.replace(/`flakehunt run --resume \S+` goes on/, again);
  const text = told.includes(again)
    ? told
    : `${told}\nWhat was found until then is kept; once that is mended, ${again}.`;
  return new ExpectedError(text, error.exitCode, { cause: error });
}

function headerText(summary: BisectSummary, timeMs: number, { screen }: CommandContext): string {
  const commits = summary.rows.length - 1;
  return renderBisectHeader(summary.header, { commits, distinctBuilds: summary.distinctBuilds, timeMs }, screen);
}

/** `--log [BISECT]`: what `git bisect replay` takes. */
async function printLog(ref: string | boolean, { settings, screen }: CommandContext): Promise<ExitCode> {
  const { dir } = findBisect(settings.paths, typeof ref === 'string' ? ref : 'last');
  const { summary } = await summariseBisect(dir);
  if (summary.header.axis !== undefined) {
    throw new UsageError(
      `Bisect ${summary.header.id} searched kernels, of which git knows nothing: \`flakehunt show ${summary.header.id}\` shows it.`,
    );
  }
  screen.out(bisectLog(summary));
  return ExitCode.ok;
}
