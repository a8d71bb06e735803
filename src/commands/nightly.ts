import { randomUUID } from 'node:crypto';
import { ExitCode, ExpectedError, UsageError } from '../errors.ts';
import { nightExitCode } from '../hunt/nightly/fail-on.ts';
import { nightReport } from '../hunt/nightly/night-report.ts';
import { conductNight } from '../hunt/nightly/night-session.ts';
import type { NightReport } from '../model/night.ts';
import type { NightEvent, NightRecord } from '../model/night-events.ts';
import type { CommandContext } from '../model/settings.ts';
import { withoutCommands } from '../report/formats/github.ts';
import { nightJson } from '../report/night/night-json.ts';
import { type NightProgress, nightProgress } from '../report/night/night-progress.ts';
import { renderNight } from '../report/night/night-text.ts';
import { foldNight } from '../store/fold-night.ts';
import { openHistory } from '../store/history.ts';
import { createNight, type NightLog, readNight, resumeNight } from '../store/night-log.ts';
import { findNight } from '../store/night-places.ts';
import { type LineScreen, lineScreen } from './line-screen.ts';
import { beginNight, type PreparedNight, reopenNight } from './nightly-beginning.ts';
import { bisectNews } from './nightly-bisects.ts';
import { checkNightReports, writeNightFiles, writeNightReports } from './nightly-reports.ts';
import { type NightlyFlags, readFailOn, readNightlyFlags } from './nightly-request.ts';
import { keptBefore, orInterrupted } from './or-interrupted.ts';

/** `flakehunt nightly`: hunts the tests of a suite inside a budget and says what is new beside the nights before. */
export async function nightly(flags: NightlyFlags, context: CommandContext): Promise<ExitCode> {
  checkNightReports(flags, context);
  const screen = lineScreen<never>(flags, context);
  try {
    return flags.resume === undefined
      ? await begin(flags, screen, context)
      : await resume(flags.resume === true ? 'last' : String(flags.resume), flags, screen, context);
  } finally {
    screen.stop();
  }
}

async function begin(flags: NightlyFlags, screen: LineScreen<never>, context: CommandContext): Promise<ExitCode> {
  const request = readNightlyFlags(flags, context.settings.run);
  const history = await openHistory(context.settings.paths, screen.source);
  try {
    const preparing = beginNight(request, flags.engine, history, screen, context);
    const prepared = await orInterrupted(preparing, keptBefore, context.signal);
    const log = await createNight(context.settings.paths, prepared.header);
    prepared.header.id = log.id;
    return await night(log, prepared, null, flags, screen, context);
  } finally {
    history.close();
  }
}

async function resume(
  ref: string,
  flags: NightlyFlags,
  screen: LineScreen<never>,
  context: CommandContext,
): Promise<ExitCode> {
  mustBeAlone(flags);
  readFailOn(flags);
  const { paths } = context.settings;
  const place = findNight(paths, ref);
  const log = resumeNight(place);
  const history = await openHistory(paths, screen.source);
  try {
    const record = await foldNight(readNight(place.dir));
    if (record.ended !== null && record.ended.reason !== 'interrupted') {
      throw new UsageError(
        `Night ${place.id} has ended: \`flakehunt history ${place.id}\` shows it. Begin another with \`flakehunt nightly\`.`,
      );
    }
    const kept = `Nothing is lost: \`flakehunt nightly --resume ${place.id}\` goes on from there.`;
    const reopening = reopenNight(record, flags.engine, history, screen, context);
    const prepared = await orInterrupted(reopening, kept, context.signal);
    return await night(log, prepared, record, flags, screen, context);
  } catch (error) {
    await log.close();
    throw error;
  } finally {
    history.close();
  }
}

const given = [
  ...['json', 'quiet', 'failOn', 'bisect', 'resume', 'engine', 'tests'],
  ...['report', 'junit', 'junitFlavour', 'ctrf', 'ktap', 'ndjson', 'markdown'],
];

/** @throws UsageError for flags that would make it another night. */
function mustBeAlone(flags: NightlyFlags): void {
  const other = Object.keys(flags).find(
    (name) => !given.includes(name) && flags[name as keyof NightlyFlags] !== undefined,
  );
  if (other === undefined && flags.tests.length === 0) return;
  const what =
    other === undefined ? 'A test' : `--${other.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new UsageError(
    `${what} cannot be given with --resume, which goes on with a night as it was begun; leave it out, or begin another night.`,
  );
}

const refreshMs = 250;

async function night(
  log: NightLog,
  prepared: PreparedNight,
  before: NightRecord | null,
  flags: NightlyFlags,
  screen: LineScreen<never>,
  context: CommandContext,
): Promise<ExitCode> {
  const { report, searched, exitCode } = await wholeNight(log, prepared, before, flags, screen, context);
  tell(report, searched, exitCode, flags, context);
  await writeNightReports(flags, report, context);
  return context.signal.aborted ? ExitCode.interrupted : exitCode;
}

/** From its first event to its last. */
async function wholeNight(
  log: NightLog,
  prepared: PreparedNight,
  before: NightRecord | null,
  flags: NightlyFlags,
  screen: LineScreen<never>,
  context: CommandContext,
): Promise<{ report: NightReport; searched: string; exitCode: ExitCode }> {
  const { header } = prepared;
  context.kept(`The night is kept all the same: \`flakehunt history ${header.id}\` shows it again.`);
  const silent = flags.json === true || flags.quiet === true;
  screen.stop();
  const progress = nightProgress(silent ? null : context.screen, {
    cells: header.tests.length * header.conditions.length,
    startMs: performance.now() - (before?.elapsedMs ?? 0),
    budgetMs: header.budgetMs,
  });
  const timer = setInterval(() => progress.update(performance.now()), refreshMs);
  try {
    for (const text of prepared.notes) log.append({ type: 'note', t: Date.now(), text });
    const reason = await hunted(log, prepared, before, progress);
    const record = await foldNight(readNight(log.dir));
    const report = reportOf({ ...record, ended: { reason, exitCode: 0 } }, prepared, flags, context);
    const exitCode = nightExitCode(report);
    log.append({ type: 'end', t: Date.now(), reason, exitCode });
    progress.stop();
    // A search may take as long as the night did, and CI may end it.
    if (flags.bisect === true) await writeNightFiles(flags, report, context);
    const searched = flags.bisect === true ? await bisectNews(report, flags.engine, context) : null;
    for (const one of searched?.bisects ?? []) log.append({ type: 'bisected', t: Date.now(), ...one });
    // As whoever reads the log will find it.
    const { elapsedMs, ended } = await foldNight(readNight(log.dir));
    const bisects = searched === null ? {} : { bisects: searched.bisects };
    return { report: { ...report, elapsedMs, ended, ...bisects }, searched: searched?.text ?? '', exitCode };
  } catch (error) {
    throw withWayOn(error, header.id);
  } finally {
    clearInterval(timer);
    progress.stop();
    await log.close();
  }
}

async function hunted(log: NightLog, prepared: PreparedNight, before: NightRecord | null, progress: NightProgress) {
  const { header, refusal, work } = prepared;
  if (refusal !== null) {
    log.append({ type: 'session', t: Date.now() });
    log.append({ type: 'refused', t: Date.now(), text: refusal });
    return 'done' as const;
  }
  const record = before ?? emptyRecord(header);
  let told = false;
  const onEvent = (event: NightEvent) => {
    if (event.type === 'cell') progress.cell(event.cell);
    if (event.type === 'note') progress.note(event.text);
    if (event.type === 'load' && event.overloaded && !told && header.overload !== 'count') {
      told = true;
      progress.note(overloaded);
    }
  };
  for (const cell of record.cells) progress.cell(cell);
  return await conductNight({ ...work, log, header, record, onEvent, onActivity: progress.doing });
}

const overloaded =
  'others want more than all CPUs of this machine: runs are kept apart while that is so (--overload count counts them)';

function emptyRecord(header: NightRecord['header']): NightRecord {
  return { header, cells: [], hunts: [], loads: [], notes: [], refusal: null, bisects: [], elapsedMs: 0, ended: null };
}

function reportOf(
  record: NightRecord,
  { history }: PreparedNight,
  flags: NightlyFlags,
  { settings }: CommandContext,
): NightReport {
  return nightReport(record, history, { quarantine: settings.quarantine, failOn: readFailOn(flags) });
}

function tell(
  report: NightReport,
  searched: string,
  exitCode: ExitCode,
  flags: NightlyFlags,
  { screen, settings }: CommandContext,
): void {
  const text = flags.json === true ? nightJson(report, exitCode) : `${renderNight(report, screen)}${searched}`;
  const isObeyed = settings.env.GITHUB_ACTIONS === 'true' && flags.json !== true;
  screen.out(isObeyed ? withoutCommands(text, randomUUID()) : text);
}

/** What stops a night from outside (a full disk, a tool that went) loses nothing of it. */
function withWayOn(error: unknown, id: string): unknown {
  if (!(error instanceof ExpectedError) || error.message.includes('nightly --resume')) return error;
  const again = `\`flakehunt nightly --resume ${id}\` goes on`;
  const told = error.message.replace(/`flakehunt run --resume \S+` goes on/, again);
  const text = told.includes(again)
    ? told
    : `${told}\nWhat was found until then is kept; once that is mended, ${again}.`;
  return new ExpectedError(text, error.exitCode, { cause: error });
}
