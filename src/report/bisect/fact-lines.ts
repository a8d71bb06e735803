import { displayWidth, padEnd, safe } from '../display-text.ts';
import { labelWidth, prose, widestReading, withLabel } from '../labelled.ts';
import type { NextCommand } from '../next-commands.ts';
import type { Style } from '../style.ts';

const indent = 3;

/** A label and what it says in as many lines as it needs, below the label's own column. */
export function factLines(label: string, texts: readonly string[], columns: number): string[] {
  const width = Math.min(columns, widestReading) - labelWidth;
  return withLabel(
    label,
    texts.flatMap((text) => prose(text, width, 0)),
  );
}

/** The same within a section. */
export function innerFact(label: string, texts: readonly string[], columns: number): string[] {
  return factLines(label, texts, Math.min(columns, widestReading) - indent).map((line) => ' '.repeat(indent) + line);
}

/** A line to be pasted, which is never broken. */
export function innerCommand(label: string, command: string, style: Style): string[] {
  return withLabel(label, [style.command(command)]).map((line) => ' '.repeat(indent) + line);
}

/** What to type next, with the reason beside it where all of them fit. */
export function nextLines(steps: readonly NextCommand[], columns: number, style: Style): string[] {
  const commands = steps.map(({ command, why }) => ({ command: safe(command, style.unicode), why }));
  const width = Math.max(0, ...commands.map(({ command }) => displayWidth(command)));
  const reasons = Math.max(0, ...commands.map(({ why }) => displayWidth(why)));
  const beside = labelWidth + width + 2 + reasons <= columns;
  const lines = commands.flatMap(({ command, why }) => {
    const painted = style.command(command);
    return beside
      ? [`${painted}${padEnd('', width - displayWidth(command))}  ${why}`]
      : [painted, ...prose(why, columns - labelWidth, 2)];
  });
  return withLabel('next', lines);
}
