import type { BisectRow, BisectSummary } from '../../model/bisect.ts';
import { clip } from '../display-text.ts';
import { accelMark } from '../guest-facts.ts';
import { plural, rateText } from '../quantities.ts';
import type { Appearance, Style } from '../style.ts';
import { type TextColumn, tableWidth, textTable } from '../text-table.ts';
import { dayText, shortId, subjectText, unitOf } from './commit-text.ts';
import { factLines } from './fact-lines.ts';
import { posteriorText } from './figures.ts';
import { inHistoryOrder } from './history-order.ts';

const mostRows = 20;
/** Narrower than this a subject is not recognised. */
const leastSubject = 18;
const widestSubject = 72;

/** Commits that are built alike and so share their runs: told once, by the oldest of them. */
interface Visited {
  row: BisectRow;
  commits: number;
  mass: number;
}

/** What was seen where, oldest first; what does not fit goes, the least important first, but no interval does. */
export function visitedTable(summary: BisectSummary, { columns }: Appearance, style: Style): string[] {
  const all = visitedOf(summary);
  if (all.length === 0) return [];
  const shown = nearest(all, summary);
  const rows = tableLines(shown, accelMark(summary.header), unitOf(summary.header), columns, style);
  const found = summary.findings.filter(({ state }) => state === 'found');
  const ids = new Set(found.map(({ suspects: [first] }) => first?.commit.commit));
  const lines = rows.map((line, i) => {
    const visited = shown[i - 1];
    return i === 0 || (visited !== undefined && ids.has(visited.row.commit.commit)) ? style.strong(line) : line;
  });
  return [...lines, ...remarks(all, shown, columns)];
}

function visitedOf({ rows }: BisectSummary): Visited[] {
  const builds = new Map<number, Visited>();
  for (const row of rows) {
    if (row.state !== 'seen' || row.rate === null) continue;
    const there = builds.get(row.build);
    if (there === undefined) builds.set(row.build, { row, commits: 1, mass: row.mass });
    else {
      there.commits += 1;
      there.mass += row.mass;
    }
  }
  return [...builds.values()];
}

/** Both ends, and of the others those around what was found. */
function nearest(all: readonly Visited[], summary: BisectSummary): readonly Visited[] {
  if (all.length <= mostRows) return all;
  const places = centres(all, summary);
  const distance = (i: number) =>
    i === 0 || i === all.length - 1 ? -1 : Math.min(...places.map((place) => Math.abs(i - place)));
  const kept = all.map((_, i) => i).sort((a, b) => distance(a) - distance(b));
  const chosen = new Set(kept.slice(0, mostRows));
  return all.filter((_, i) => chosen.has(i));
}

function centres(all: readonly Visited[], summary: BisectSummary): number[] {
  const ids = inHistoryOrder(summary).map(({ suspects: [first] }) => first?.commit.commit);
  const found = ids.map((id) => all.findIndex(({ row }) => row.commit.commit === id)).filter((i) => i !== -1);
  if (found.length > 0) return found;
  const most = Math.max(...all.map(({ mass }) => mass));
  return [all.findIndex(({ mass }) => mass === most)];
}

function tableLines(shown: readonly Visited[], mark: string, unit: string, columns: number, style: Style): string[] {
  const c = columnsOf(shown, mark, unit);
  const subject = (width: number): TextColumn => ({
    title: 'subject',
    cells: shown.map(({ row }) => subjectText(row.commit, style, Math.min(width, widestSubject))),
  });
  const choices = [
    [c.commit, c.date, c.runs, c.failures, c.rate, c.mass],
    [c.commit, c.of, c.rate, c.mass],
  ];
  const room = (choice: TextColumn[]) => columns - tableWidth(choice) - 2;
  const roomy = choices.find((choice) => room(choice) >= leastSubject);
  const chosen = roomy ?? [c.commit, c.of, c.rate, c.mass];
  const { head, rows } = textTable(roomy === undefined ? chosen : [...chosen, subject(room(chosen))]);
  return [head, ...rows].map((line) => clip(line, columns, style.ellipsis));
}

function columnsOf(shown: readonly Visited[], mark: string, unit: string) {
  const column = (title: string, cell: (visited: Visited) => string, right = false): TextColumn => ({
    title,
    cells: shown.map(cell),
    right,
  });
  return {
    commit: column(unit, ({ row }) => shortId(row.commit)),
    date: column('date', ({ row }) => dayText(row.commit)),
    runs: column('runs', ({ row }) => String(row.rate?.runs ?? 0), true),
    failures: column('failures', ({ row }) => String(row.rate?.failures ?? 0), true),
    of: column('failures', ({ row }) => `${row.rate?.failures ?? 0} of ${row.rate?.runs ?? 0}`, true),
    rate: column(`rate${mark}, 95 % interval`, ({ row }) => (row.rate === null ? '' : rateText(row.rate))),
    mass: column('posterior', ({ mass }) => posteriorText(mass), true),
  };
}

function remarks(all: readonly Visited[], shown: readonly Visited[], columns: number): string[] {
  const left = all.length - shown.length;
  const alike = shown.some(({ commits }) => commits > 1);
  return [
    ...(left > 0 ? [`and ${plural(left, 'more', 'more')}, farther away (--json has all)`] : []),
    ...(alike
      ? factLinesFlat('Commits that are built alike share their runs; the oldest of them is shown.', columns)
      : []),
  ];
}

function factLinesFlat(text: string, columns: number): string[] {
  return factLines('', [text], columns).map((line) => line.trimStart());
}
