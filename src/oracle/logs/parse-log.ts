import type { Ending, Outcome } from '../../model/outcome.ts';
import type { ParsedLog, ParsedSection } from '../../model/parsed-log.ts';
import type { JudgeRules } from '../../model/suite.ts';
import type { Judgement } from '../../model/verdict.ts';
import { distinctErrnos } from '../errno-context.ts';
import { excerpt } from '../excerpt.ts';
import { findReport } from '../identify.ts';
import { judge } from '../judge.ts';
import { splitLines } from '../lines.ts';
import { readLines } from '../reading.ts';
import { isSplatHeadline } from '../reports/kernel-splat.ts';
import { visible } from '../visible.ts';
import { type RawSection, rawSection } from './raw-section.ts';
import { isRuntestsLog, readRuntestsLog } from './runtests.ts';
import { isTapLog, readTapLog } from './tap.ts';

/**
 * Reads any captured log: of runtests.sh or runtests-loop.sh, of a TAP or KTAP producer, else as the output of one run
 * whose ending is unknown. Each run in it is judged by the rules as a run of a hunt would be. Pure.
 */
export function parseLog(bytes: Uint8Array, rules: JudgeRules): ParsedLog {
  const lines = splitLines(new TextDecoder('utf-8').decode(bytes)).map(withoutJobStamp);
  if (isRuntestsLog(lines)) {
    const { sections, loops, kernel } = readRuntestsLog(lines);
    return parsed('runtests', sections, rules, loops, kernel);
  }
  if (isTapLog(lines)) {
    return parsed('tap', readTapLog(lines), rules, null, null);
  }
  return parsed('plain', plainSections(lines), rules, null, null);
}

/** The time stamp that continuous integration puts before each line. */
function withoutJobStamp(line: string): string {
  return line.replace(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2}) /, '');
}

/** One section; where a kernel's splat is in the log, the log is taken for the kernel's. */
function plainSections(lines: string[]): RawSection[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first < 0) {
    return [];
  }
  const section = rawSection(null, first + 1);
  section.lines = lines;
  const splat = lines.findIndex(isSplatHeadline);
  if (splat >= 0 && lines.slice(splat, splat + 80).some((line) => /Call [Tt]race:|\bRIP: /.test(line))) {
    section.kernelLog = lines.slice(splat, splat + 200);
  }
  return [section];
}

function parsed(
  format: ParsedLog['format'],
  raw: RawSection[],
  rules: JudgeRules,
  loops: ParsedLog['loops'],
  kernel: string | null,
): ParsedLog {
  const judged = new Map<string, Judged>();
  const omittedLines = raw.reduce((sum, section) => sum + omitMiddle(section), 0);
  const sections = raw.map((section) => judgeOnce(section, rules, judged));
  const counts = { pass: 0, fail: 0, masked: 0, skip: 0, hang: 0, invalid: 0, unknown: 0 };
  for (const { judgement } of sections) {
    counts[judgement?.verdict ?? 'unknown'] += 1;
  }
  return { format, sections, counts, loops, omittedLines, kernel: kernel === null ? null : visible(kernel) };
}

/** A run that printed without end is judged by its beginning and its end, as the supervisor keeps them. */
const mostLinesAtEnd = 20_000;

function omitMiddle(section: RawSection): number {
  const omitted = Math.max(0, section.lines.length - 2 * mostLinesAtEnd);
  if (omitted > 0) {
    section.lines = [...section.lines.slice(0, mostLinesAtEnd), ...section.lines.slice(-mostLinesAtEnd)];
  }
  return omitted;
}

type Judged = Pick<ParsedSection, 'judgement' | 'errnos' | 'excerpt'>;

/** A loop's log repeats the same few runs: each is judged once. */
function judgeOnce(section: RawSection, rules: JudgeRules, judged: Map<string, Judged>): ParsedSection {
  const { test, loop, line, ending } = section;
  const key = JSON.stringify([ending, section.decided, section.reason, section.kernelLog, section.lines]);
  const known = judged.get(key) ?? {
    judgement: judgeSection(section, rules),
    errnos: distinctErrnos(section.lines),
    excerpt: excerpt(outcomeOf(section, ending ?? { kind: 'exit', code: 0 }), rules),
  };
  judged.set(key, known);
  return { test: test === null ? null : visible(test), loop, line, ending, ...known };
}

function judgeSection(section: RawSection, rules: JudgeRules): Judgement | null {
  if (section.decided === 'pass' && section.ending !== null) {
    return { verdict: 'pass', signature: null, known: null, reason: null };
  }
  if (section.decided === 'skip') {
    const judgement = judge(outcomeOf(section, { kind: 'exit', code: 77 }), { ...rules, skipCodes: [77] });
    return { ...judgement, reason: section.reason === null ? judgement.reason : visible(section.reason) };
  }
  if (section.decided !== null) {
    const code = section.decided === 'pass' ? 0 : 1;
    return judge(outcomeOf(section, section.ending ?? { kind: 'exit', code }), {
      ...rules,
      passCodes: code === 0 ? [0] : [],
    });
  }
  if (section.ending !== null || section.kernelLog !== null) {
    return judge(outcomeOf(section, section.ending ?? { kind: 'exit', code: 0 }), rules);
  }
  return judgeUnknownEnding(section, rules);
}

/**
 * Without an ending, failure-shaped output is judged as that of a failed run, so that its signature is the one a hunt
 * gives it; any other output says nothing.
 */
function judgeUnknownEnding(section: RawSection, rules: JudgeRules): Judgement | null {
  const looksFailed =
    findReport(section.lines) !== null || readLines(section.lines, rules).some(({ kind }) => kind === 'failure');
  return looksFailed
    ? judge(outcomeOf(section, { kind: 'exit', code: 1 }), { ...rules, passCodes: [], skipCodes: [] })
    : null;
}

function outcomeOf(section: RawSection, ending: Ending): Outcome {
  const bytes = new TextEncoder().encode(section.lines.join('\n'));
  const log = section.kernelLog;
  return {
    ending,
    usage: { wallUs: 0, userUs: 0, systemUs: 0, maxRssKiB: 0, voluntarySwitches: 0, involuntarySwitches: 0 },
    output: { bytes, total: bytes.length, cutAt: null },
    stacks: null,
    kernelLog: log === null ? null : log.join('\n') || 'failed dmesg check',
    core: null,
  };
}
