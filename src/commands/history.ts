import { parseCount } from '../config/values.ts';
import { ExitCode, UsageError } from '../errors.ts';
import type { History, LineageSignature, NightRow, PastNightCell } from '../model/history.ts';
import type { CommandContext } from '../model/settings.ts';
import { nearest } from '../nearest.ts';
import { historyJson, trendJson } from '../report/night/history-json.ts';
import { nightJson } from '../report/night/night-json.ts';
import { renderNight } from '../report/night/night-text.ts';
import { renderNights } from '../report/night/nights-text.ts';
import { renderTrend, type Trend } from '../report/night/trend-text.ts';
import { plural } from '../report/quantities.ts';
import { openHistory } from '../store/history.ts';
import { exportNights, importNights } from '../store/history-bundle.ts';
import { findNight, nightPlaces } from '../store/night-places.ts';
import { nightBeside } from './read-night.ts';

/** Flags of `flakehunt history` as the command line gives them. */
export interface HistoryFlags {
  subject?: string | undefined;
  file?: string | undefined;
  suite?: string;
  nights?: string;
  json?: boolean;
}

const usualNights = 30;

/** `flakehunt history`: the nights, one of them, or the trend of a test or a signature; its index and bundles. */
export async function history(flags: HistoryFlags, context: CommandContext): Promise<ExitCode> {
  const { subject, file } = flags;
  if (subject === 'export' || subject === 'import') return await carry(subject, flags, context);
  if (file !== undefined) {
    throw new UsageError(`"${file}" is one word too many: only \`history export\` and \`history import\` take a file.`);
  }
  const { paths } = context.settings;
  const note = (text: string) => context.screen.err(`flakehunt: note: ${text}\n`);
  const open = await openHistory(paths, { note, rebuild: subject === 'rebuild' });
  try {
    if (subject === 'rebuild') return tellRebuilt(open, context);
    return await show(open, flags, context);
  } finally {
    open.close();
  }
}

function tellRebuilt(open: History, { screen }: CommandContext): ExitCode {
  screen.out(`The index was made anew from the logs of ${plural(open.nights().length, 'night')}.\n`);
  return ExitCode.ok;
}

async function carry(
  way: 'export' | 'import',
  { file, ...flags }: HistoryFlags,
  { settings, screen, signal }: CommandContext,
): Promise<ExitCode> {
  if (file === undefined) throw new UsageError(`Which file? \`flakehunt history ${way} FILE\`.`);
  const other = (['suite', 'nights', 'json'] as const).find((name) => flags[name] !== undefined);
  if (other !== undefined)
    throw new UsageError(`--${other} says nothing to \`history ${way}\`: a bundle holds all nights.`);
  if (way === 'export') {
    const { nights, bytes } = await exportNights(settings.paths, file, (text) =>
      screen.err(`flakehunt: note: ${text}\n`),
    );
    screen.out(`${plural(nights, 'night')} in ${file} (${Math.ceil(bytes / 1024)} KiB)\n`);
    return ExitCode.ok;
  }
  const { added, known } = await importNights(settings.paths, file, signal);
  screen.out(`${plural(added, 'night')} added, ${known} known already\n`);
  return ExitCode.ok;
}

async function show(open: History, flags: HistoryFlags, context: CommandContext): Promise<ExitCode> {
  const { subject, suite, json } = flags;
  const { screen, settings } = context;
  const most = flags.nights === undefined ? usualNights : parseCount(flags.nights, '--nights');
  const nights = open.nights().filter((row) => suite === undefined || row.suite === suite);
  if (nights.length === 0 && subject === undefined) {
    screen.out(json === true ? historyJson([]) : 'No nights yet. Start one: flakehunt nightly --tree lab --time 2m\n');
    return ExitCode.ok;
  }
  if (subject === undefined) {
    const newest = nights.slice(-most);
    screen.out(json === true ? historyJson(newest) : renderNights(newest, nights.length, screen));
    return ExitCode.ok;
  }
  if (subject === 'last' || isNight(subject, nights)) return await showNight(subject, open, flags, context);
  const trend = trendOf(subject, open, nights, most);
  if (trend === null) throw nothingOf(subject, open, settings);
  screen.out(json === true ? trendJson(trend) : renderTrend(trend, screen));
  return ExitCode.ok;
}

function isNight(subject: string, nights: readonly NightRow[]): boolean {
  return nights.some(({ night }) => night === subject || (/^\d{6}-night/.test(subject) && night.startsWith(subject)));
}

async function showNight(
  ref: string,
  open: History,
  { json }: HistoryFlags,
  context: CommandContext,
): Promise<ExitCode> {
  const { screen } = context;
  const report = await nightBeside(findNight(context.settings.paths, ref).dir, open, context);
  screen.out(json === true ? nightJson(report, report.ended?.exitCode ?? null) : renderNight(report, screen));
  return ExitCode.ok;
}

/** Of a test by its name, or of a signature by its id or a part of its title; null: there is neither. */
function trendOf(subject: string, open: History, nights: readonly NightRow[], most: number): Trend | null {
  const shown = new Set(nights.slice(-most).map(({ night }) => night));
  const ofSuites = new Set(nights.map(({ suite }) => suite));
  const isShown = ({ night }: PastNightCell) => shown.has(night);
  for (const test of [subject, subject.replace(/^(?:\.?\/?test\/)/, '').replace(/\.[tc]$/, '')]) {
    const cells = open.cells(null, test).filter(({ suite }) => ofSuites.has(suite));
    if (cells.length === 0) continue;
    return { kind: 'test', subject: test, cells: cells.filter(isShown), signatures: open.signatures(null, test) };
  }
  const signatures = open.signatures(null, null).filter((one) => ofSuites.has(one.suite) && isNamed(one, subject));
  const [first] = signatures;
  if (first === undefined) return null;
  const tests = [...new Set(signatures.map(({ test }) => test))];
  const ids = new Set(signatures.map(({ signature }) => signature.id));
  const cells = tests
    .flatMap((test) => open.cells(null, test))
    .filter(isShown)
    .map((cell) => only(cell, ids));
  return { kind: 'signature', subject, cells, signatures };
}

function isNamed({ signature }: LineageSignature, text: string): boolean {
  return signature.id === text || signature.title.includes(text);
}

/** The cell as if only these failures were failures of the runs it had. */
function only(past: PastNightCell, ids: ReadonlySet<string>): PastNightCell {
  const { counts } = past.cell;
  const signatures = past.cell.signatures.filter(({ signature }) => ids.has(signature.id));
  const fail = signatures.reduce((sum, { count }) => sum + count, 0);
  const runs = counts.pass + counts.fail + counts.masked + counts.hang;
  return {
    ...past,
    cell: { ...past.cell, signatures, counts: { ...counts, pass: runs - fail, fail, masked: 0, hang: 0 } },
  };
}

function nothingOf(subject: string, open: History, { paths }: CommandContext['settings']): UsageError {
  if (nightPlaces(paths).length === 0)
    return new UsageError('There are no nights yet. Start one with `flakehunt nightly`.');
  const names = [...new Set(open.cells(null, null).map(({ cell }) => cell.test))];
  const near = nearest(subject, names);
  const guess = near.length === 0 ? '' : ` Near ones: ${near.join(', ')}.`;
  return new UsageError(
    `No night knows a test, a signature or a night "${subject}".${guess} \`flakehunt history\` lists the nights.`,
  );
}
