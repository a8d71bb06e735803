import { ExitCode, UsageError } from '../errors.ts';
import { PARSED_LOG_VERSION, type ParsedLog, type ParsedSection } from '../model/parsed-log.ts';
import type { CommandContext, Screen } from '../model/settings.ts';
import type { KnownIssue, MaskedPolicy } from '../model/verdict.ts';
import { describeEnding } from '../oracle/describe-ending.ts';
import { parseLog } from '../oracle/logs/parse-log.ts';
import { renderParsed } from '../report/parsed.ts';
import { findSuite } from '../suites/index.ts';
import { readCapped } from './read-capped.ts';

export interface ParseOptions {
  /** Path of a log, or `-` for standard input. */
  file: string;
  /** Whose rules judge; default: the configured suite, else liburing. */
  suite?: string;
  json?: boolean;
}

/** A log beyond this is judged by its beginning. */
const mostBytes = 64 * 1024 * 1024;

/** Judges a captured log and prints what it tells. Throws UsageError and EnvironmentError. */
export async function parse(options: ParseOptions, context: CommandContext): Promise<ExitCode> {
  const { settings, screen } = context;
  const rules = findSuite(options.suite ?? settings.run.suite ?? 'liburing', settings.suites).judge;
  const read = await readCapped(options.file, mostBytes, context);
  if (read === null) {
    return ExitCode.interrupted;
  }
  const { bytes, cut } = read;
  const name = options.file === '-' ? 'Standard input' : options.file;
  if (!bytes.some((byte) => byte > 0x20)) {
    throw new UsageError(`${name} is empty: there is no output to judge. Give the log of a test, or pipe one in.`);
  }
  if (cut) {
    screen.err(`${name} is larger than 64 MiB: only its first 64 MiB are judged.\n`);
  }
  const log = parseLog(bytes, rules);
  if (options.json) {
    printJson(log, cut, screen);
  } else {
    screen.out(renderParsed(log, screen.columns, endingText));
  }
  return exitCode(log, settings.run.masked ?? 'report');
}

/** A section a line, so that a log of a million runs needs no string of its size; known issues once, by their ids. */
function printJson({ sections, ...rest }: ParsedLog, cut: boolean, screen: Screen): void {
  const known = new Map<string, KnownIssue>();
  screen.out(`${JSON.stringify({ v: PARSED_LOG_VERSION, kind: 'log', cut, ...rest }).slice(0, -1)},"sections":[`);
  for (const [index, section] of sections.entries()) {
    const issue = section.judgement?.known ?? null;
    if (issue !== null) {
      known.set(issue.id, issue);
    }
    const judgement = section.judgement === null ? null : { ...section.judgement, known: issue?.id ?? null };
    screen.out(`${index === 0 ? '' : ','}\n${JSON.stringify({ ...section, judgement })}`);
  }
  screen.out(`\n],"known":${JSON.stringify([...known.values()])}}\n`);
}

function endingText(section: ParsedSection): string {
  return section.ending === null ? 'ending unknown' : describeEnding(section.ending);
}

function exitCode({ counts, sections }: ParsedLog, masked: MaskedPolicy): ExitCode {
  if (counts.fail + counts.hang + (masked === 'fail' ? counts.masked : 0) > 0) {
    return ExitCode.found;
  }
  if (counts.skip === sections.length) {
    return ExitCode.allSkipped;
  }
  return counts.pass + counts.masked + counts.unknown > 0 ? ExitCode.ok : ExitCode.environment;
}
