import type { NightRow } from '../../model/history.ts';
import { safe } from '../display-text.ts';
import { durationText } from '../quantities.ts';
import { type Appearance, styleOf } from '../style.ts';
import { type TextColumn, tableWidth, textTable } from '../text-table.ts';

/** The nights, one line each, the newest last. @param total how many there are in all */
export function renderNights(nights: readonly NightRow[], total: number, screen: Appearance): string {
  const style = styleOf(screen);
  const column = (title: string, cell: (row: NightRow) => string, right = false): TextColumn => ({
    title,
    cells: nights.map((row) => safe(cell(row), screen.unicode)),
    right,
  });
  const id = column('night', ({ night }) => night);
  const commit = column('commit', commitText);
  const tests = column('tests', (row) => String(row.tests), true);
  const runs = column('runs', (row) => String(row.runs), true);
  const flaky = column('flaky', ({ states }) => number(states.flaky), true);
  const failing = column('failing', ({ states }) => number(states.failing), true);
  const idle = column('idle', ({ states }) => number(states.skipped + states.invalid + states['not-run']), true);
  const took = column('took', ({ elapsedMs }) => durationText(elapsedMs * 1000), true);
  const ended = column('ended', endText);
  const choices = [
    [id, commit, tests, runs, flaky, failing, idle, took, ended],
    [id, commit, tests, flaky, failing, idle, ended],
    // An id is never cut: it is what the next command is given.
    [id, tests, flaky, failing],
  ];
  const { head, rows } = textTable(choices.find((choice) => tableWidth(choice) <= screen.columns) ?? [id]);
  const older =
    total > nights.length ? [`and ${total - nights.length} older ones: flakehunt history --nights ${total}`] : [];
  const next = style.command(`flakehunt history ${nights.at(-1)?.night ?? 'last'}`);
  return `${[style.strong(head), ...rows, ...older, '', next].join('\n')}\n`;
}

function commitText({ commit, name }: NightRow): string {
  return commit?.slice(0, 12) ?? name ?? '-';
}

function endText({ ended }: NightRow): string {
  if (ended === null) return 'not ended';
  return ended.exitCode === 0 ? 'clean' : `${ended.reason}, exit ${ended.exitCode}`;
}

function number(count: number): string {
  return count === 0 ? '-' : String(count);
}
