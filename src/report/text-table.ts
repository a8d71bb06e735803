import { clip, displayWidth, padEnd, padStart } from './display-text.ts';

/** A column of a table: its title and a cell a row. Numbers stand right. */
export interface TextColumn {
  title: string;
  cells: readonly string[];
  right?: boolean;
}

const gap = '  ';

/** Head and rows, the columns as wide as they need to be. */
export function textTable(columns: readonly TextColumn[]): { head: string; rows: string[] } {
  const widths = columns.map(columnWidth);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (columns[i]?.right === true ? padStart : padEnd)(cell, widths[i] ?? 0))
      .join(gap)
      .trimEnd();
  const count = Math.max(0, ...columns.map(({ cells }) => cells.length));
  const rows = Array.from({ length: count }, (_, row) => line(columns.map(({ cells }) => cells[row] ?? '')));
  return { head: line(columns.map(({ title }) => title)), rows };
}

export function tableWidth(columns: readonly TextColumn[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column) + gap.length, -gap.length);
}

/** The column, its cells cut to `width`. */
export function clipColumn(column: TextColumn, width: number, ellipsis: string): TextColumn {
  return { ...column, cells: column.cells.map((cell) => clip(cell, width, ellipsis)) };
}

/**
 * The first of several choices of columns that fits the screen once its first column is cut down to `least`; the last
 * choice where none does.
 */
export function fittingColumns(
  choices: readonly TextColumn[][],
  columns: number,
  least: number,
  ellipsis: string,
): TextColumn[] {
  const fits = ([first, ...others]: TextColumn[]) => first === undefined || room(others, columns) >= least;
  const [first, ...others] =
    choices.find((choice) => isNarrow(choice, columns) || fits(choice)) ?? choices.at(-1) ?? [];
  if (first === undefined) return [];
  return [clipColumn(first, Math.max(first.title.length, room(others, columns)), ellipsis), ...others];
}

function isNarrow(choice: TextColumn[], columns: number): boolean {
  return tableWidth(choice) <= columns;
}

function room(others: TextColumn[], columns: number): number {
  return columns - (others.length === 0 ? 0 : tableWidth(others) + gap.length);
}

function columnWidth({ title, cells }: TextColumn): number {
  return Math.max(title.length, ...cells.map(displayWidth));
}
