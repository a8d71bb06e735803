import { displayWidth, padEnd } from './display-text.ts';
import { wrap } from './wrap.ts';

export const labelWidth = 11;
/** An explanation wider than this is hard to read, however wide the terminal. */
export const widestReading = 110;

/** A label and its facts, as many on a line as fit, joined by commas: continued below the first fact. */
export function labelledFacts(label: string, facts: readonly string[], columns: number): string[] {
  const room = columns - labelWidth;
  const lines: string[] = [];
  let line = '';
  for (const [index, fact] of facts.entries()) {
    const part = index === facts.length - 1 ? fact : `${fact},`;
    const [first = '', ...others] = displayWidth(part) <= room ? [part] : wrap(part, room);
    if (line === '') line = first;
    else if (displayWidth(line) + 1 + displayWidth(first) <= room) line += ` ${first}`;
    else {
      lines.push(line);
      line = first;
    }
    for (const other of others) {
      lines.push(line);
      line = other;
    }
  }
  return withLabel(label, line === '' ? lines : [...lines, line]);
}

/** A label before the first of the lines, the others below it. */
export function withLabel(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${padEnd(index === 0 ? label : '', labelWidth)}${line}`);
}

/** Prose in lines of `indent` blanks and what the screen has left; a number stays with its unit and its interval, a command whole. */
export function prose(text: string, columns: number, indent: number): string[] {
  const width = Math.max(30, columns - indent);
  const bound = text
    .replace(/(\d) (?=(?:us|ms|s|min|h)\b|%)/g, '$1\u00a0')
    .replace(/ \[([\d.]+), ([\d.]+\])/g, '\u00a0[$1,\u00a0$2')
    .replace(/`[^`]*`/g, (command) => command.replaceAll(' ', '\u00a0'))
    .replaceAll(' = ', '\u00a0=\u00a0')
    .replaceAll(' ...', '\u00a0...');
  return wrap(bound, width).map((line) => `${' '.repeat(indent)}${line.replaceAll('\u00a0', ' ')}`.trimEnd());
}
