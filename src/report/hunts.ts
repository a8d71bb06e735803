import type { StopReason } from '../model/events.ts';
import type { Screen } from '../model/settings.ts';
import type { Verdict } from '../model/verdict.ts';

/** One hunt in the table of `flakehunt list`. */
export interface HuntRow {
  id: string;
  started: Date;
  test: string;
  /** Short name of the revision, `-` without one. */
  revision: string;
  state: 'running' | 'ended' | 'killed';
  reason: StopReason | null;
  runs: number;
  counts: Record<Verdict, number>;
  /** Title of the most frequent signature, fit for a terminal; null without one. */
  top: string | null;
  /** Why it cannot be read; then the counts are nothing. */
  problem: string | null;
}

type Column = { title: string; right?: boolean; cell: (row: HuntRow) => string };

const columns: Record<'hunt' | 'started' | 'test' | 'revision' | 'runs' | 'found', Column> = {
  hunt: { title: 'hunt', cell: (row) => row.id },
  started: { title: 'started', cell: (row) => localTime(row.started) },
  test: { title: 'test', cell: (row) => row.test },
  revision: { title: 'revision', cell: (row) => row.revision },
  runs: { title: 'runs', right: true, cell: (row) => String(row.runs) },
  found: { title: 'found', cell: foundText },
};

/** The table of `flakehunt list`: wider terminals get more columns, the last one takes what is left. */
export function renderHunts(rows: readonly HuntRow[], screen: Pick<Screen, 'columns'>): string {
  const { hunt, started, test, revision, runs, found } = columns;
  const shown = screen.columns >= 120 ? [hunt, started, test, revision, runs, found] : [hunt, started, runs, found];
  const widths = shown.map((column) =>
    Math.max(column.title.length, ...rows.map((row) => Math.min(column.cell(row).length, 40))),
  );
  const left = screen.columns - widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  widths[widths.length - 1] = Math.max(20, left);
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => padTo(cell, widths[i] ?? 0, shown[i]?.right === true))
      .join('  ')
      .trimEnd();
  const lines = [line(shown.map((column) => column.title)), ...rows.map((row) => line(shown.map((c) => c.cell(row))))];
  return `${lines.join('\n')}\n`;
}

/** `3 failed, 2 masked: wait cqe -17 (EEXIST)`, with what is unusual about the hunt before it. */
function foundText(row: HuntRow): string {
  if (row.problem !== null) return row.problem;
  const counts = countsText(row.counts, row.runs);
  const found = row.top === null ? counts : `${counts}: ${row.top}`;
  const state = row.reason === 'interrupted' ? 'interrupted' : row.reason === 'error' ? 'broken off' : row.state;
  return state === 'ended' ? found : `${state}, ${found}`;
}

/** @example `3 failed, 1 hung`; `nothing found`; `all skipped`. */
export function countsText(counts: Record<Verdict, number>, runs: number): string {
  if (runs === 0) return 'no runs yet';
  const failing = [
    [counts.fail, 'failed'],
    [counts.hang, 'hung'],
    [counts.masked, 'masked'],
  ].flatMap(([count, word]) => (count === 0 ? [] : `${count} ${word}`));
  if (failing.length > 0) return failing.join(', ');
  if (counts.pass > 0) return 'nothing found';
  if (counts.invalid === 0) return 'all skipped';
  return counts.skip === 0 ? 'all invalid' : 'all skipped or invalid';
}

function localTime(date: Date): string {
  if (Number.isNaN(date.getTime())) return 'unknown';
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function padTo(text: string, width: number, right: boolean): string {
  const cut = text.length > width ? `${text.slice(0, width - 3)}...` : text;
  return right ? cut.padStart(width) : cut.padEnd(width);
}
