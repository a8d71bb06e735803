import { ExitCode } from '../errors.ts';
import { newHeader } from '../hunt/begin.ts';
import { controlGroup } from '../hunt/control-group.ts';
import { type ChosenGuest, chooseEngine } from '../hunt/engine-choice.ts';
import { beginHunt, thisMachine } from '../hunt/hunt-session.ts';
import type { CommandContext } from '../model/settings.ts';
import { checkNoiseTool } from '../perturb/noise.ts';
import { checkPin } from '../perturb/pin.ts';
import { chooseStrategy, type Strategy } from '../perturb/strategy.ts';
import { listTests } from '../source/list-tests.ts';
import { findTool } from './find-tool.ts';
import { cpusOf, mustTakePreempt } from './guest-request.ts';
import { openTarget, prepareTarget } from './prepare-target.ts';
import { resume } from './resume.ts';
import { checkRunReports, writeRunReports } from './run-reports.ts';
import { type RunFlags, type RunRequest, readRunFlags } from './run-request.ts';
import { attachScreen, type RunScreen } from './run-screen.ts';
import { sessionOf } from './session-of.ts';

/** A CPU. */
const mostSensibleJobs = 8;

/** `flakehunt run`: hunts a test or a command, goes on with a hunt, or lists the tests of a revision. */
export async function run(flags: RunFlags, context: CommandContext): Promise<ExitCode> {
  if (flags.resume !== undefined) return await resume(flags, context);
  const request = readRunFlags(flags, context.settings.run);
  checkRunReports(flags, context);
  const screen = attachScreen(flags, context);
  try {
    if (flags.list === true) return await listRevision(request, screen, context);
    return await hunt(flags, request, screen, context);
  } finally {
    screen.stop();
  }
}

async function listRevision(request: RunRequest, screen: RunScreen, context: CommandContext): Promise<ExitCode> {
  const { tree, revision, suite } = await openTarget(request, screen.source, context.settings);
  const stems = await listTests(tree, revision, suite, screen.source);
  screen.stop();
  context.screen.out(stems.map((stem) => `${stem}\n`).join(''));
  return ExitCode.ok;
}

async function hunt(
  flags: RunFlags,
  request: RunRequest,
  screen: RunScreen,
  context: CommandContext,
): Promise<ExitCode> {
  const { signal } = context;
  // Before anything is built or booted.
  readStrategy(request, null, context);
  noteCrowd(request, screen);
  const target = await prepareTarget(request, screen.source, context.settings);
  const chosen = await chooseEngine(flags.engine, screen.source, request.guest);
  const strategy = readStrategy(request, chosen.guest, context);
  const machine = await thisMachine(chosen, signal);
  const header = newHeader(target, {
    ...request,
    version: context.version,
    started: new Date(),
    random: Math.random,
    engine: chosen.name,
    guest: chosen.guest?.facts ?? null,
    ...strategy,
    machine,
    commandLine: context.commandLine,
  });
  signal.throwIfAborted();
  const end = await beginHunt(header, sessionOf(chosen, machine, screen, context));
  screen.finish(end);
  await writeRunReports(flags, end, context);
  return end.exitCode;
}

/**
 * @param booted what is known of the guests; null: nothing yet, or there are none
 * @throws UsageError, EnvironmentError for conditions that cannot be put in force
 */
function readStrategy(request: RunRequest, booted: ChosenGuest | null, { settings }: CommandContext): Strategy {
  const allowed = cpusOf(request.guest);
  const chosen = chooseStrategy(request.wish, {
    own: settings.conditions,
    quota: controlGroup(request.guest !== null) !== null,
    preempt: request.guest !== null && booted?.takesPreempt !== false,
    boundsRate: request.stop.untilRate !== null,
  });
  const hasStressNg = findTool('stress-ng', settings.env) !== null;
  for (const condition of chosen.conditions) {
    checkPin(condition.pin, allowed);
    checkNoiseTool(condition.noise, hasStressNg);
    mustTakePreempt(condition, request.guest !== null, booted);
  }
  return chosen;
}

/** Allowed, for a crowd provokes as well; but hardly ever meant. */
function noteCrowd({ jobs, guest }: RunRequest, screen: RunScreen): void {
  const cpus = cpusOf(guest).length;
  if (jobs === 'auto' || jobs <= mostSensibleJobs * cpus) return;
  screen.source.note(
    `${jobs} workers${guest !== null && guest.guests > 1 ? ' of each guest' : ''} share ${cpus === 1 ? 'one CPU' : `${cpus} CPUs`}: they mostly wait for each other, and a slow test may run into its time limit. --jobs auto finds the number with the most runs a second.`,
  );
}
