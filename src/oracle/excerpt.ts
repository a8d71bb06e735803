import type { Outcome } from '../model/outcome.ts';
import type { JudgeRules } from '../model/suite.ts';
import { findReport } from './identify.ts';
import { outputLines } from './lines.ts';
import { type ReadLine, readLines } from './reading.ts';
import { isSplatHeadline } from './reports/kernel-splat.ts';
import { threadPlaces } from './reports/thread-states.ts';
import { clip, visible } from './visible.ts';

const mostLines = 12;
const mostBytes = 2048;
const widest = 200;

/**
 * The lines worth showing of an outcome, at most 12 and 2 KiB: what failed with a line before and after it, `…` where
 * something is left out; without a failing line the last ones said. Fit for a terminal.
 */
export function excerpt(outcome: Outcome, rules: JudgeRules): string {
  if (outcome.kernelLog !== null) {
    const log = outcome.kernelLog.split('\n');
    return render(log.slice(Math.max(log.findIndex(isSplatHeadline), 0)).slice(0, mostLines));
  }
  const lines = trimBlank(readLines(outputLines(outcome.output), rules));
  const shown = choose(lines);
  if (outcome.ending.kind === 'timeout' && outcome.stacks !== null) {
    shown.splice(mostLines / 2);
    shown.push(...threadPlaces(outcome.stacks).map((place) => `thread in ${place}`));
  }
  return render(shown.slice(0, mostLines));
}

function choose(lines: ReadLine[]): string[] {
  const texts = lines.map(({ text }) => text);
  const report = findReport(texts);
  if (report !== null) {
    return texts.slice(report.at, report.at + mostLines);
  }
  const failing = lines.flatMap(({ kind }, index) => (kind === 'failure' || kind === 'complaint' ? [index] : []));
  return failing.length === 0 ? texts.slice(-mostLines) : aroundLines(texts, failing);
}

/** The failing lines first, then as many of their neighbours as there is room for. */
function aroundLines(texts: string[], failing: number[]): string[] {
  const chosen = new Set(failing.slice(0, mostLines));
  const neighbours = [...chosen].flatMap((index) => [index - 1, index + 1]);
  for (const index of neighbours) {
    const wanted = new Set(chosen).add(index);
    if (texts[index]?.trim() && wanted.size + gaps([...wanted]) <= mostLines) {
      chosen.add(index);
    }
  }
  const shown: string[] = [];
  let previous: number | null = null;
  for (const index of [...chosen].sort((a, b) => a - b)) {
    if (previous !== null && index > previous + 1) {
      shown.push('…');
    }
    shown.push(texts[index] ?? '');
    previous = index;
  }
  return shown;
}

function gaps(indices: number[]): number {
  const sorted = [...indices].sort((a, b) => a - b);
  return sorted.filter((index, position) => position > 0 && index > (sorted[position - 1] ?? 0) + 1).length;
}

function trimBlank(lines: ReadLine[]): ReadLine[] {
  return lines.filter(({ text }) => text.trim() !== '');
}

function render(lines: string[]): string {
  let text = '';
  for (const line of lines) {
    const next = (text === '' ? '' : `${text}\n`) + clip(visible(line).trimEnd(), widest);
    if (Buffer.byteLength(next) > mostBytes) {
      break;
    }
    text = next;
  }
  return text;
}
