import type { ArmRow, HuntSummary } from '../model/summary.ts';
import { clip, safe } from './display-text.ts';
import type { ArmTable } from './fold-arms.ts';
import { accelMark } from './guest-facts.ts';
import { failureSpeedText, gainText, rateText, speedText } from './quantities.ts';
import type { Appearance, Style } from './style.ts';
import { fittingColumns, type TextColumn, textTable } from './text-table.ts';

/** Narrower than this a condition's text is not recognised. */
const leastCondition = 14;

/** The table of arms, a line a condition; what does not fit goes, the least important first, but no interval does. */
export function armsTable(
  { rows, target, base }: ArmTable,
  { strata, header }: HuntSummary,
  screen: Appearance,
  style: Style,
): string[] {
  const speeds = rows.map((row) => strata.find(({ stratum }) => stratum === row.stratum)?.runsPerSecond ?? 0);
  const c = columnsOf(rows, base, speeds, accelMark(header), style);
  const first = hasOneLoad(rows) ? [c.condition] : [c.condition, c.workers];
  const others =
    target === null
      ? [[c.runs, c.rate, c.runsPerSecond], [c.runs, c.rate], [c.rate]]
      : [
          [c.runs, c.failures, c.rate, c.runsPerSecond, c.speed, c.gain],
          [c.runs, c.failures, c.rate, c.speed, c.gain],
          [c.runs, c.failures, c.rate, c.gain],
          [c.of, c.rate, c.gain],
          [c.rate, c.gain],
          [c.of, c.gain],
          [c.gain],
        ];
  const choices = others.map((columns) => [...first, ...columns]);
  const { head, rows: lines } = textTable(fittingColumns(choices, screen.columns, leastCondition, style.ellipsis));
  const cut = (line: string) => clip(line, screen.columns, style.ellipsis);
  return [style.strong(cut(head)), ...lines.map(cut)];
}

function columnsOf(rows: ArmRow[], base: ArmRow | null, speeds: number[], mark: string, style: Style) {
  const column = (title: string, cell: (row: ArmRow, index: number) => string, right = false): TextColumn => ({
    title,
    cells: rows.map(cell),
    right,
  });
  return {
    condition: column('condition', ({ stratum }) => safe(stratum.condition, style.unicode)),
    workers: column('workers', ({ stratum }) => String(stratum.jobs), true),
    runs: column('runs', ({ rate }) => String(rate.runs), true),
    failures: column('failures', ({ rate }) => String(rate.failures), true),
    of: column('failures', ({ rate }) => `${rate.failures} of ${rate.runs}`, true),
    rate: column(`rate${mark}, 95 % interval`, ({ rate }) => rateText(rate)),
    runsPerSecond: column('runs/s', (_, i) => speedText(speeds[i] ?? 0).replace('/s', ''), true),
    speed: column('failures/s', ({ failuresPerSecond }) => failureSpeedText(failuresPerSecond)),
    gain: column(`gain over ${base?.stratum.condition ?? 'base'}`, (row) => gainCell(row, base)),
  };
}

function hasOneLoad(rows: ArmRow[]): boolean {
  return new Set(rows.map(({ stratum }) => stratum.jobs)).size === 1;
}

function gainCell(row: ArmRow, base: ArmRow | null): string {
  const { stratum, gain, effective } = row;
  if (row === base) return 'base';
  if (stratum.condition === base?.stratum.condition) return 'not compared';
  if (effective === false) return 'did nothing';
  return gain === null ? 'not measured' : gainText(gain);
}
