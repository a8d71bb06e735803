import type { NightCell, NightReport, NightVerdict, TestVerdict } from '../../model/night.ts';
import { safe } from '../display-text.ts';
import { prose, widestReading } from '../labelled.ts';
import { durationText, plural, rateText } from '../quantities.ts';
import { type Appearance, type Style, styleOf } from '../style.ts';
import { textTable } from '../text-table.ts';
import { cellRate, rangeVerb } from './night-facts.ts';
import { noLearning } from './no-learning.ts';
import { seen } from './seen.ts';
import { type VerdictGroup, verdictGroups } from './verdict-groups.ts';

/** What the night says, for a terminal: counts, then what is new, each with rate, commits and commands. */
export function renderNight(report: NightReport, screen: Appearance): string {
  const style = styleOf(screen);
  const lines = [
    ...head(report, screen, style),
    ...verdictGroups(report).flatMap((group) => ['', ...groupLines(group, report, screen, style)]),
    ...noLearning(report, screen),
    ...endLines(report, screen, style),
  ];
  return `${lines.join('\n')}\n`;
}

function head(
  { header, verdicts, elapsedMs, ended, refusal, cells }: NightReport,
  screen: Appearance,
  style: Style,
): string[] {
  const runs = cells.reduce((sum, cell) => sum + runsOf(cell), 0);
  const how = ended === null ? ', unfinished' : ended.reason === 'interrupted' ? ', interrupted' : '';
  const title = `${style.strong(`night ${header.id}`)}  ${plural(header.tests.length, 'test')}, ${plural(runs, 'run')} in ${durationText(elapsedMs * 1000)}${how}`;
  const refused = refusal === null ? [] : ['', ...prose(style.bad(refusal), readable(screen), 0)];
  return [
    title,
    ...prose(safe(whatText(header), screen.unicode), readable(screen), 0),
    ...refused,
    ...countLines(verdicts),
  ];
}

/** @example `liburing at liburing-2.15 (6d4c2a1b9e0f), under plain and chaos:pct:3, shard 2 of 4` */
function whatText({ suite, revision, conditions, shard }: NightReport['header']): string {
  const { name, commit } = revision;
  const short = commit?.slice(0, 12);
  const at = name === null ? short : short === undefined || short.startsWith(name) ? name : `${name} (${short})`;
  const part = shard === null ? '' : `, shard ${shard.index} of ${shard.total}`;
  return `${suite}${at === undefined ? '' : ` at ${at}`}, under ${conditions.join(' and ')}${part}`;
}

const order: NightVerdict[] = [
  'new-failure',
  'new-flake',
  'worse',
  'fixed',
  'better',
  'always-failing',
  'unchanged',
  'baseline',
  'skipped',
  'invalid',
];

function countLines(verdicts: readonly TestVerdict[]): string[] {
  const counted = order.flatMap((verdict) => {
    const own = verdicts.filter((one) => one.verdict === verdict);
    return own.length === 0
      ? []
      : [
          {
            verdict,
            count: own.length,
            bad: own.filter(({ state }) => state === 'flaky' || state === 'failing').length,
          },
        ];
  });
  if (counted.length === 0) return [];
  const { head: titles, rows } = textTable([
    { title: 'verdict', cells: counted.map(({ verdict }) => verdict) },
    { title: 'tests', cells: counted.map(({ count }) => String(count)), right: true },
    { title: 'failing tonight', cells: counted.map(({ bad }) => (bad === 0 ? '-' : String(bad))), right: true },
  ]);
  return ['', `  ${titles}`, ...rows.map((row) => `  ${row}`)];
}

function groupLines(group: VerdictGroup, report: NightReport, screen: Appearance, style: Style): string[] {
  const title = style.strong(group.title);
  return [title, ...group.verdicts.flatMap((one) => verdictLines(one, group, report, screen, style))];
}

function verdictLines(
  one: TestVerdict,
  { isNews }: VerdictGroup,
  report: NightReport,
  screen: Appearance,
  style: Style,
): string[] {
  const { comparison, quarantine, range, bisect } = one;
  const paint = one.verdict === 'fixed' || one.verdict === 'better' ? style.good : style.bad;
  const first = `  ${style.strong(safe(one.test, screen.unicode))}  ${paint(isNews ? one.verdict : one.state)}`;
  const said = (text: string) => prose(safe(text, screen.unicode), readable(screen), 4);
  const typed = (text: string) => `    ${style.command(safe(text, screen.unicode))}`;
  const lines = [first];
  const isToldByCells = one.state !== 'passing' && (comparison?.tonight.failures ?? 0) === 0;
  if (isToldByCells) lines.push(...failingCells(one, report.cells).flatMap((cell) => said(cellText(cell))));
  else if (comparison !== null) lines.push(...said(comparisonText(comparison)));
  const signature = comparison?.signature ?? topSignature(one, report.cells)?.signature;
  if (signature !== undefined && one.state !== 'passing') lines.push(...said(signature.title));
  if (quarantine !== null) lines.push(...said(quarantineText(quarantine)));
  if (range !== null)
    lines.push(
      ...said(`${rangeVerb(one)} after ${range.old.slice(0, 12)}, by ${range.new.slice(0, 12)} at the latest`),
    );
  if (bisect !== null) lines.push(typed(bisect));
  const again = isNews && one.state !== 'passing' ? topSignature(one, report.cells)?.reproduce : undefined;
  if (again !== undefined) lines.push(typed(again));
  return lines;
}

/** A chance above this says nothing. */
const worthTelling = 0.1;

function comparisonText({
  condition,
  before,
  tonight,
  nights,
  pooled,
  adjusted,
}: NonNullable<TestVerdict['comparison']>): string {
  const span = pooled === undefined ? 'tonight' : `the last ${pooled} nights`;
  const now = `under ${condition}: ${rateText(tonight)} of ${plural(tonight.runs, 'run')} ${span}`;
  if (before === null) return now;
  const chance =
    adjusted === null || adjusted > worthTelling
      ? ''
      : `; by chance ${adjusted < 0.0001 ? 'below 0.0001' : adjusted.toPrecision(2)}`;
  return `${now}, before ${rateText(before)} of ${plural(before.runs, 'run')} in ${plural(nights, 'night')}${chance}`;
}

/** Where the verdict rests on nothing that failed: the conditions under which something did. */
function failingCells({ test }: TestVerdict, cells: readonly NightCell[]): NightCell[] {
  return cells.filter((cell) => cell.test === test && seen(cell).failures > 0);
}

function cellText(cell: NightCell): string {
  const rate = cellRate(cell);
  return `under ${cell.condition}: ${rateText(rate)} of ${plural(rate.runs, 'run')} tonight`;
}

function quarantineText({ entry, state }: NonNullable<TestVerdict['quarantine']>): string {
  const who = `${entry.reason} (${entry.owner})`;
  if (state === 'expired') return `its quarantine expired on ${entry.expires}: ${who}`;
  if (state === 'healed') return `healed, the entry in the configuration can go: ${who}`;
  return `in quarantine until ${entry.expires}: ${who}`;
}

/** The one that the verdict rests on, else the most frequent one of its condition. */
function topSignature({ test, comparison }: TestVerdict, cells: readonly NightCell[]) {
  const own = cells.filter((cell) => cell.test === test);
  const there = own.filter(({ condition }) => condition === comparison?.condition);
  const all = [...there, ...own].flatMap(({ signatures }) => signatures);
  return all.find(({ signature }) => signature.id === comparison?.signature?.id) ?? all[0];
}

function endLines({ failing, notes, header, ended }: NightReport, screen: Appearance, style: Style): string[] {
  const lines = notes.flatMap((text) => ['', ...prose(`note: ${safe(text, screen.unicode)}`, readable(screen), 0)]);
  if (failing.length > 0) {
    lines.push('', style.bad(`This night fails because of ${plural(failing.length, 'test')}:`));
    lines.push(...failing.map((text) => `  ${safe(text, screen.unicode)}`));
  }
  const goesOn = ended === null || ended.reason === 'interrupted';
  const next = goesOn ? [`flakehunt nightly --resume ${header.id}`] : [];
  lines.push('', ...[...next, `flakehunt history ${header.id}`].map((text) => style.command(text)));
  return lines;
}

/** All, whatever they gave. */
function runsOf({ counts, overloaded }: NightCell): number {
  return Object.values(counts).reduce((sum, count) => sum + count, overloaded.runs);
}

function readable({ columns }: Appearance): number {
  return Math.min(columns, widestReading);
}
