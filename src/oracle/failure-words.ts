import type { Output } from '../model/outcome.ts';
import type { JudgeRules } from '../model/suite.ts';
import { findReport } from './identify.ts';
import { outputLines } from './lines.ts';
import { readLines } from './reading.ts';

/** Shorter ones are found anywhere. */
const shortest = 4;

/**
 * Words by which another run is recognised as failing in the way of this one, as soon as it writes them: the part without
 * numbers of the first line that speaks of the failure, such that nothing before it holds them. Null: nothing said so.
 * @example `wait cqe` of the output `ring ready\nwait cqe -17\ntest failed\n`
 */
export function failureWords(output: Output, rules: JudgeRules): string | null {
  const lines = outputLines(output);
  const at = firstFailing(lines, rules);
  const line = at === null ? '' : (lines[at] ?? '').trim();
  if (at === null || line === '') return null;
  const raw = new TextDecoder().decode(output.bytes);
  const before = lines.slice(0, at).join('\n');
  const candidates = [...pieces(line, /\S*\d\S*/), ...pieces(line, /\d+/), line];
  const written = candidates.filter((words) => raw.includes(words));
  return written.find((words) => !before.includes(words)) ?? written[0] ?? null;
}

function firstFailing(lines: string[], rules: JudgeRules): number | null {
  const report = findReport(lines);
  if (report !== null) return report.at;
  const at = readLines(lines, rules).findIndex(({ kind }) => kind === 'failure' || kind === 'complaint');
  return at === -1 ? null : at;
}

/** What is left of a line without what varies, the longest first. */
function pieces(line: string, varying: RegExp): string[] {
  const texts = line.split(varying).map((text) => text.trim());
  return texts.filter((text) => text.length >= shortest).sort((a, b) => b.length - a.length);
}
