import { type ExitCode, UsageError } from '../errors.ts';
import { chooseEngine } from '../hunt/engine-choice.ts';
import { guestOfHeader } from '../hunt/guest-wish.ts';
import { continueHunt, thisMachine } from '../hunt/hunt-session.ts';
import { talliesOf } from '../hunt/tallies.ts';
import type { HuntHeader, StopRules } from '../model/hunt.ts';
import type { CommandContext } from '../model/settings.ts';
import type { HuntSummary } from '../model/summary.ts';
import { isSamePlace, type Place, placeText } from '../report/place.ts';
import { metStopRule } from '../search/stop.ts';
import { findHunt } from '../store/find-hunt.ts';
import { readHeader } from '../store/read-hunt.ts';
import { checkRunReports, writeRunReports } from './run-reports.ts';
import { flaggedRules, type RunFlags } from './run-request.ts';
import { attachScreen } from './run-screen.ts';
import { sessionOf } from './session-of.ts';

/**
 * `flakehunt run --resume HUNT`: goes on with a hunt under its own settings. New stop rules count the whole hunt, from its
 * first run.
 */
export async function resume(flags: RunFlags, context: CommandContext): Promise<ExitCode> {
  const stop = givenRules(flags);
  checkRunReports(flags, context);
  const screen = attachScreen(flags, context);
  try {
    const { id, dir } = await findHunt(context.settings.paths, flags.resume ?? '');
    const guest = guestOfHeader(await readHeader(dir));
    const chosen = await chooseEngine(flags.engine, screen.source, guest);
    const machine = await thisMachine(chosen, context.signal);
    const end = await continueHunt(
      id,
      (header, summary) => adapt(header, stop, summary.snapshot(), { machine, guest: chosen.guest?.facts ?? null }),
      sessionOf(chosen, machine, screen, context),
    );
    screen.finish(end);
    await writeRunReports(flags, end, context);
    return end.exitCode;
  } finally {
    screen.stop();
  }
}

/** @throws UsageError for flags that would make it another hunt. */
function givenRules(flags: RunFlags): StopRules | null {
  const allowed = new Set([
    'resume',
    'loops',
    'time',
    'failures',
    'untilRate',
    'json',
    'quiet',
    'report',
    'junit',
    'engine',
    'afterDashes',
  ]);
  const other = Object.entries(flags).find(([name, value]) => !allowed.has(name) && value !== undefined);
  if (other !== undefined || flags.afterDashes !== null) {
    const what =
      other === undefined
        ? 'A command'
        : other[0] === 'test'
          ? 'A test'
          : `--${other[0].replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new UsageError(
      `${what} cannot be given with --resume: the hunt goes on as it was begun. Only stop rules may be new; for anything else start another hunt.`,
    );
  }
  return flaggedRules(flags);
}

/** The header to go on with. @throws UsageError when the old rules are met already, or the machine is another. */
function adapt(header: HuntHeader, stop: StopRules | null, summary: HuntSummary, here: Place): HuntHeader {
  if (!isSamePlace(header, here)) {
    throw new UsageError(
      `Hunt ${header.id} ran on ${placeText(header)}; this is ${placeText(here)}. Rates of two machines are never mixed: start a new hunt here.`,
    );
  }
  const rules = stop ?? header.stop;
  const met = metStopRule(rules, talliesOf(summary, header));
  if (met !== null) {
    throw new UsageError(
      `Hunt ${header.id} has ended: it has ${summary.runs} runs in ${Math.round(summary.elapsedMs / 1000)} s, which meets its rules. Give a wider one, counted from the first run: --loops ${summary.runs * 2} or --time ${Math.ceil((summary.elapsedMs * 2) / 1000)}s.`,
    );
  }
  return { ...header, stop: rules };
}
