import type { StopReason } from '../model/events.ts';
import type { HuntState } from '../model/summary.ts';
import type { Verdict } from '../model/verdict.ts';
import { clip, displayWidth, padEnd, padStart, safe } from './display-text.ts';
import { type Appearance, type Style, styleOf } from './style.ts';

/** One hunt in the table of `flakehunt list`. */
export interface HuntRow {
  id: string;
  started: Date;
  test: string;
  /** Short name of the revision, `-` without one. */
  revision: string;
  state: HuntState;
  reason: StopReason | null;
  runs: number;
  counts: Record<Verdict, number>;
  /** Title of the most frequent signature; null without one. */
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

/** No column but the last is wider. */
const widestCell = 40;

/** The table of `flakehunt list`: wider terminals get more columns, the last one takes what is left. */
export function renderHunts(rows: readonly HuntRow[], screen: Appearance): string {
  const style = styleOf(screen);
  const { hunt, started, test, revision, runs, found } = columns;
  const shown = screen.columns >= 120 ? [hunt, started, test, revision, runs, found] : [hunt, started, runs, found];
  const cells = rows.map((row) => shown.map((column) => safe(column.cell(row), style.unicode)));
  const widths = shown.map(({ title }, i) =>
    Math.max(title.length, ...cells.map((row) => Math.min(displayWidth(row[i] ?? ''), widestCell))),
  );
  const left = screen.columns - widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  widths[widths.length - 1] = Math.max(20, left);
  const line = (texts: string[]) => texts.map((text, i) => cell(text, widths[i] ?? 0, shown[i], style)).join('  ');
  const lines = [style.strong(line(shown.map((column) => column.title)).trimEnd()), ...cells.map(line)];
  return lines.map((text) => `${text.trimEnd()}\n`).join('');
}

function cell(text: string, width: number, column: Column | undefined, style: Style): string {
  const cut = clip(text, width, style.ellipsis);
  return column?.right === true ? padStart(cut, width) : padEnd(cut, width);
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
