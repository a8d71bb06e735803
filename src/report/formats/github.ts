import type { NightReport, TestVerdict } from '../../model/night.ts';
import { byUrgency, cellsByTest, reasonOf, verdictSentence, verdictWord } from '../night/night-facts.ts';
import { readableLine } from '../readable.ts';
import { nightMarkdown } from './markdown.ts';

/** GitHub shows so many annotations of each kind a step, and drops the rest. */
const mostOfAKind = 10;
/** Above 1024 KiB GitHub drops the whole summary. */
const mostSummary = 900_000;

/**
 * Lines for standard output under GitHub Actions, most urgent first, at most ten of each kind: errors for what is new, worse,
 * expired or refused, warnings for what fails as it did, notices for what is better. The step summary has them all.
 */
export function githubAnnotations(report: NightReport): string {
  const cells = cellsByTest(report);
  const told = byUrgency(report.verdicts).flatMap((verdict) => {
    const kind = kindOf(verdict);
    const sentence = verdictSentence(verdict, reasonOf(cells.get(verdict.test) ?? []));
    const title = verdict.comparison?.signature?.title;
    const message = title === undefined ? sentence : `${sentence}: ${title}`;
    return kind === null ? [] : [{ kind, title: `${verdict.test}: ${verdictWord(verdict).word}`, message }];
  });
  const refused =
    report.refusal === null ? [] : [{ kind: 'error', title: 'nothing could be hunted', message: report.refusal }];
  const all = [...refused, ...told];
  return ['error', 'warning', 'notice']
    .flatMap((kind) => all.filter((row) => row.kind === kind).slice(0, mostOfAKind))
    .map(({ kind, title, message }) => `::${kind} title=${property(title)}::${data(message)}\n`)
    .join('');
}

/** For `$GITHUB_STEP_SUMMARY`, inside its limit. */
export function githubSummary(report: NightReport): string {
  return nightMarkdown(report, mostSummary);
}

/**
 * Text for standard output in which GitHub obeys nothing: what a test printed may look like a command.
 * @param token that nobody can guess
 */
export function withoutCommands(text: string, token: string): string {
  return `::stop-commands::${token}\n${text}::${token}::\n`;
}

function kindOf(verdict: TestVerdict): 'error' | 'warning' | 'notice' | null {
  const { tone, word } = verdictWord(verdict);
  if (tone === 'bad') return 'error';
  if (tone === 'good') return 'notice';
  return tone === 'odd' && word !== 'invalid' ? 'warning' : null;
}

/** As @actions/core escapes what it writes. */
function data(text: string): string {
  return readableLine(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
