import { join, resolve } from 'node:path';
import { EnvironmentError, type ExitCode, UsageError } from '../errors.ts';
import type { ProbeContext } from '../exec/probes/probe-context.ts';
import { checkGdb, checkStrace } from '../exec/probes/tools.ts';
import { systemFiles } from '../exec/system-files.ts';
import { chooseEngine } from '../hunt/engine-choice.ts';
import { type GuestWish, guestOfHeader } from '../hunt/guest-wish.ts';
import { thisMachine } from '../hunt/hunt-session.ts';
import type { TracePlace } from '../hunt/keep-traces.ts';
import { isFailure } from '../hunt/replay.ts';
import { replayExitCode } from '../hunt/replay-exit-code.ts';
import { type ReplayContext, type ReplayResult, type ReplayWish, replayRun } from '../hunt/replay-session.ts';
import type { Check } from '../model/check.ts';
import type { GuestFacts } from '../model/kernel.ts';
import type { CommandContext } from '../model/settings.ts';
import { conditionText } from '../perturb/condition-text.ts';
import { replayLevel } from '../perturb/replay-level.ts';
import { isSamePlace, type Place, placeText } from '../report/place.ts';
import { type ReplayedView, type ReplayView, renderReplay, renderReplayHeader } from '../report/replay.ts';
import { replayJson } from '../report/replay-json.ts';
import { artifactFolder } from '../store/hunt-folder.ts';
import { findTool } from './find-tool.ts';
import { guestBeside, mustTakePreempt } from './guest-request.ts';
import { type LendTerminal, replayInGdb, unstopped } from './replay-gdb.ts';
import { type ReplayFlags, type ReplayRequest, readReplayFlags } from './replay-request.ts';
import { type FoundReplay, findReplay } from './replay-subject.ts';
import { attachScreen, type RunScreen } from './run-screen.ts';

/** `flakehunt replay`: makes one run again from its seed, and compares what comes of it. */
export async function replay(
  flags: ReplayFlags,
  context: CommandContext,
  lendTerminal: LendTerminal,
): Promise<ExitCode> {
  const request = readReplayFlags(flags, context.settings.run);
  mustBeOutside(request, request.guest.wish);
  await mustHaveTools(request, context);
  const screen = attachScreen({ json: request.json }, context);
  try {
    return await replayWith(flags, request, screen, context, lendTerminal);
  } finally {
    screen.stop();
  }
}

async function replayWith(
  flags: ReplayFlags,
  request: ReplayRequest,
  screen: RunScreen,
  context: CommandContext,
  lendTerminal: LendTerminal,
): Promise<ExitCode> {
  const found = await findReplay(request, context.settings, screen.source);
  const guest = guestBeside(request.guest, huntOf(found));
  mustBeOutside(request, guest);
  checkEngine(found, flags.engine);
  const chosen = await chooseEngine(flags.engine, screen.source, guest);
  const machine = await thisMachine(chosen, context.signal);
  context.signal.throwIfAborted();
  mustTakePreempt(found.subject.condition, guest !== null, chosen.guest);
  noteOtherMachine(found, { machine, guest: chosen.guest?.facts ?? null }, screen);
  const view = viewOf(found, chosen.guest?.facts ?? null, context);
  screen.stop();
  if (!request.json) context.screen.out(`${renderReplayHeader(view, context.screen)}\n`);
  const began = performance.now();
  const end = await makeRuns(request, found, { chosen, machine }, screen, context, lendTerminal);
  screen.stop();
  return tell({ view, request, found, end, elapsedMs: performance.now() - began }, context);
}

async function makeRuns(
  request: ReplayRequest,
  found: FoundReplay,
  place: Pick<ReplayContext, 'chosen' | 'machine'>,
  screen: RunScreen,
  context: CommandContext,
  lendTerminal: LendTerminal,
): Promise<ReplayResult> {
  const { settings, signal } = context;
  const { paths, env } = settings;
  const gdb = findTool('gdb', env);
  const session = {
    ...place,
    ...{ paths, env, signal, gdb },
    stressNg: findTool('stress-ng', env),
    onRuns: counting(request.times, screen, context),
    onNote: screen.source.note,
  };
  if (!request.gdb || gdb === null) {
    return await replayRun(found.subject, wishOf(request, found, context), { ...session, ...unstopped });
  }
  const desk = { gdb, supervisor: place.chosen.path, env, signal, lendTerminal, screen: context.screen };
  return await replayInGdb(found.subject, { times: request.times, haltAt: found.haltAt }, session, desk);
}

interface Told {
  view: ReplayView;
  request: ReplayRequest;
  found: FoundReplay;
  end: ReplayResult;
  elapsedMs: number;
}

function tell({ view, request, found, end, elapsedMs }: Told, { screen }: CommandContext): ExitCode {
  const { summary, reason, traces, failure, halted } = end;
  const failures = summary.outcomes
    .filter(({ judgement }) => isFailure(judgement, found.subject))
    .reduce((sum, { count }) => sum + count, 0);
  const failedRun = halted?.run ?? failure?.run ?? null;
  const whole: ReplayedView = {
    ...view,
    reason,
    times: request.times,
    elapsedMs,
    summary,
    failures,
    failedRun,
    traces,
  };
  const exitCode = replayExitCode(reason, summary, { failures, untilFail: request.untilFail });
  screen.out(request.json ? replayJson(whole, exitCode) : renderReplay(whole, screen));
  return exitCode;
}

/** @throws EnvironmentError for a tool that is missing or may not do its work here. */
async function mustHaveTools({ gdb, strace }: ReplayRequest, { settings, signal }: CommandContext): Promise<void> {
  const { paths, env } = settings;
  const probe: ProbeContext = { read: systemFiles(), paths, env, uid: process.getuid?.() ?? 0, arch: '', signal };
  if (gdb) mustWork(await checkGdb(probe));
  if (strace) mustWork(await checkStrace(probe));
}

function mustWork({ name, state, found, remedy }: Check): void {
  if (state === 'ok') return;
  throw new EnvironmentError(`--${name} needs ${name}: ${found}. ${remedy === null ? '' : `What helps: ${remedy}.`}`);
}

function huntOf({ hunt }: FoundReplay): { guest: GuestWish | null } | null {
  return hunt === null ? null : { guest: guestOfHeader(hunt.found.header) };
}

/** @throws UsageError where a tool of this machine would have to look into a guest. */
function mustBeOutside({ gdb, strace }: ReplayRequest, guest: GuestWish | null): void {
  if (guest === null || !(gdb || strace)) return;
  throw new UsageError(
    `--${gdb ? 'gdb' : 'strace'} looks at processes of this machine, and this run is made in a guest: leave it out, or add --kernel host to make the run here.`,
  );
}

/** @throws UsageError for a run that was not made here and cannot be. */
function checkEngine({ hunt }: FoundReplay, given: string | undefined): void {
  const engine = hunt?.found.header.engine ?? 'local';
  if (engine !== 'fake' || given !== undefined) return;
  throw new UsageError(
    `The runs of this hunt were made by the ${engine} engine, not on a machine like this one, so they cannot be made again here.`,
  );
}

/** What is forced is forced here as well, but hardly all of a run is. */
function noteOtherMachine({ hunt }: FoundReplay, here: Place, screen: RunScreen): void {
  if (hunt === null) return;
  const { header } = hunt.found;
  if (isSamePlace(header, here) && header.machine.arch === here.machine.arch) return;
  screen.source.note(
    `the hunt ran on ${placeText(header)}, this is ${placeText(here)}: what the kernel decides may be otherwise.`,
  );
}

function viewOf({ subject, hunt }: FoundReplay, guest: GuestFacts | null, { commandLine }: CommandContext): ReplayView {
  const { target, condition, seed, asRun, limitMs, original } = subject;
  const { suite, test, argv, revision, build } = target;
  return {
    subject: { suite: suite.name, test, argv, revision, build },
    hunt: hunt === null ? null : { id: hunt.found.header.id, run: hunt.found.run },
    original,
    condition: conditionText(condition),
    level: replayLevel(condition),
    seed,
    asRun,
    limitMs,
    guest,
    commandLine,
  };
}

function wishOf(
  { times, untilFail, strace, straceOutput }: ReplayRequest,
  found: FoundReplay,
  context: CommandContext,
): ReplayWish {
  const program = strace ? findTool('strace', context.settings.env) : null;
  const place = tracePlace(found, straceOutput, context);
  return { times, untilFail, haltAt: null, strace: program === null ? null : { program, ...place } };
}

/** With the hunt, where there is one; nothing of ours goes into the user's folders unless he says so. */
function tracePlace({ subject, hunt }: FoundReplay, asked: string | null, { settings }: CommandContext): TracePlace {
  const { state, cwd } = settings.paths;
  const stem = `${subject.target.test.replaceAll('/', '-')}-${hunt === null ? subject.seed : `run-${subject.asRun}`}`;
  if (asked !== null) return { folder: resolve(cwd, asked), stem };
  return { folder: join(hunt === null ? state : artifactFolder(hunt.dir), 'strace'), stem };
}

const refreshMs = 250;

/** Says on a terminal which run it is at. */
function counting(times: number, { source }: RunScreen, { screen }: CommandContext): (runs: number) => void {
  let shown = performance.now();
  return (runs) => {
    const now = performance.now();
    if (!screen.errTty || now - shown < refreshMs) return;
    shown = now;
    source.progress(`run ${runs} of ${times}`);
  };
}
