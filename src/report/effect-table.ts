import type { Effect, HuntSummary } from '../model/summary.ts';
import { intercepts } from './chaos-arm.ts';
import { clip, displayWidth, padEnd, safe } from './display-text.ts';
import { cancelledText, effectFacts, perRun, switches } from './effect-facts.ts';
import { prose } from './labelled.ts';
import { durationText } from './quantities.ts';
import { stratumLabels } from './stratum-labels.ts';
import type { Appearance, Style } from './style.ts';
import { type TextColumn, tableWidth, textTable } from './text-table.ts';

const title = 'what was done, in an average run';
const widestLabel = 24;
const nothing = '-';

interface Row {
  label: string;
  effect: Effect;
  condition: string;
}

/** Proof that perturbation happened, a line a condition where that fits, else in words; empty where nothing is known. */
export function effectTable({ strata }: HuntSummary, { columns }: Appearance, style: Style): string[] {
  const told = strata.filter(({ effect }) => effect !== null && effect.runs > 0);
  const labels = stratumLabels(told.map(({ stratum }) => stratum));
  const rows = told.flatMap(({ stratum, effect }, i): Row[] => {
    const label = clip(safe(labels[i] ?? '', style.unicode), widestLabel, style.ellipsis);
    return effect === null ? [] : [{ label, effect, condition: stratum.condition }];
  });
  if (rows.length === 0) return [];
  const table = columnsOf(rows);
  if (tableWidth(table) > columns) return [style.strong(`${title}:`), ...inWords(rows, columns)];
  const { head, rows: lines } = textTable(table);
  return [`${title}:`, style.strong(head), ...lines, ...uncounted(rows)];
}

function columnsOf(rows: Row[]): TextColumn[] {
  const numbers = (name: string, cell: (effect: Effect) => string, ofCalls = true): TextColumn => ({
    title: name,
    cells: rows.map(({ effect, condition }) => (ofCalls && !intercepts(condition) ? nothing : cell(effect))),
    right: true,
  });
  return [
    { title: 'condition', cells: rows.map(({ label }) => label) },
    numbers('runs', ({ runs }) => String(runs), false),
    numbers('threads', ({ threads, runs }) => perRun(threads, runs)),
    numbers('calls', ({ events, runs }) => perRun(events, runs)),
    numbers('held', ({ held, runs }) => perRun(held, runs)),
    numbers('for', ({ held, heldUs }) => (held === 0 ? nothing : durationText(heldUs / held))),
    numbers('one by one', ({ releases, runs }) => perRun(releases, runs)),
    numbers('changes', ({ points, runs }) => perRun(points, runs)),
    numbers('taken back', cancelledText),
    numbers('switches', (effect) => perRun(switches(effect), effect.runs), false),
    numbers('migrations', ({ migrations, sampled }) => (sampled === 0 ? nothing : perRun(migrations, sampled)), false),
  ];
}

function uncounted(rows: Row[]): string[] {
  return rows.some(({ effect }) => effect.sampled === 0) ? [`(migrations ${nothing}: not counted)`] : [];
}

/** As many lines a condition as its facts need, below each other. */
function inWords(rows: Row[], columns: number): string[] {
  const width = Math.max(...rows.map(({ label }) => displayWidth(label))) + 2;
  return rows.flatMap(({ label, effect, condition }) => {
    const lines = prose([`${effect.runs} runs`, ...effectFacts(effect, condition)].join(', '), columns, width);
    return lines.map((line, i) => (i === 0 ? padEnd(label, width) + line.trimStart() : line));
  });
}
