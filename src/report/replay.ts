import type { GuestFacts } from '../model/kernel.ts';
import type { OriginalRun, ReplayLevel, ReplayOutcome, ReplayReason, ReplaySummary } from '../model/replay.ts';
import type { Judgement } from '../model/verdict.ts';
import { clip, displayWidth, padStart, safe } from './display-text.ts';
import { endingText } from './ending-text.ts';
import { excerptLines } from './excerpt-lines.ts';
import { guestText } from './guest-facts.ts';
import { labelledFacts, labelWidth, prose, widestReading, withLabel } from './labelled.ts';
import { durationText } from './quantities.ts';
import { nothingLearned, replayHeadline } from './replay-headline.ts';
import { type NextReplay, nextReplays } from './replay-next.ts';
import { levelText, outcomeAgreement, scheduleAgreement } from './replay-text.ts';
import { verdictPaint } from './signature-table.ts';
import { type Appearance, type Style, styleOf } from './style.ts';
import { type Subject, subjectLines } from './subject-lines.ts';

/** What is replayed. */
export interface ReplayView {
  subject: Subject;
  /** Where the run is from; null where only its seed was given. */
  hunt: { id: string; run: number } | null;
  original: OriginalRun | null;
  /** With all that was learnt filled in. */
  condition: string;
  level: ReplayLevel;
  seed: string;
  /** The number that the test is told. */
  asRun: number;
  limitMs: number;
  /** Null: its runs are made on this machine itself. */
  guest: GuestFacts | null;
  /** As the user typed it. */
  commandLine: string[];
}

/** What came of it. */
export interface ReplayedView extends ReplayView {
  reason: ReplayReason;
  times: number;
  elapsedMs: number;
  summary: ReplaySummary;
  /** Of its runs, those that failed. */
  failures: number;
  /** The first of them, or the one that was stopped where it failed. */
  failedRun: number | null;
  /** Files that strace wrote. */
  traces: string[];
}

const mostTraces = 5;
const excerptIndent = 7;

/** What is run again and what may be expected of it: shown before the first run. */
export function renderReplayHeader(view: ReplayView, screen: Appearance): string {
  const style = styleOf(screen);
  const { columns } = screen;
  const { hunt, original, guest, condition, seed } = view;
  const facts =
    hunt === null ? [] : [`run ${hunt.run} of ${hunt.id}`, ...(original === null ? [] : [titleOf(original.judgement)])];
  const lines = [
    ...withLabel('replay', wrapped(facts.join(': '), columns, style)),
    ...subjectLines(view.subject, columns, style),
    ...labelledFacts(
      'kernel',
      guest === null ? [] : [safe(`Linux ${guest.kernel.release} ${guestText(guest)}`, style.unicode)],
      columns,
    ),
    ...labelledFacts('condition', [condition, `seed ${seed}`], columns),
    ...withLabel('level', wrapped(levelText(view.level), columns, style)),
  ];
  return `${lines.join('\n')}\n`;
}

/** How its runs ended, how far they agree, and what to do next. */
export function renderReplay(view: ReplayedView, screen: Appearance): string {
  const style = styleOf(screen);
  const { columns } = screen;
  const { summary } = view;
  const outcome = nothingLearned(view) ? null : outcomeAgreement(summary);
  const schedule = nothingLearned(view) ? [] : scheduleAgreement(summary);
  const blocks = [
    headline(view, columns, style),
    ...outcomeBlocks(view, screen, style),
    [
      ...withLabel(
        'runs',
        summary.runs === 0 || view.reason === 'halted'
          ? []
          : [`${summary.runs} in ${durationText(1000 * view.elapsedMs)}`],
      ),
      ...withLabel('outcome', outcome === null ? [] : wrapped(outcome, columns, style)),
      ...withLabel(
        'schedule',
        schedule.flatMap((text) => wrapped(text, columns, style)),
      ),
      ...withLabel('strace', traceLines(view.traces, style)),
    ],
    withLabel(
      'next',
      nextReplays(view).flatMap((next) => nextLines(next, style)),
    ),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headline(view: ReplayedView, columns: number, style: Style): string[] {
  const failed = view.failures > 0 || view.reason === 'halted';
  const paint = failed || nothingLearned(view) ? style.bad : style.good;
  return prose(replayHeadline(view, style), columns, 0).map((line) => paint(style.strong(line)));
}

/** A line each; below them what the most frequent failure said. */
function outcomeBlocks({ summary, limitMs }: ReplayedView, screen: Appearance, style: Style): string[][] {
  const { outcomes } = summary;
  const width = Math.max(...outcomes.map(({ count }) => `${count}`.length), 0);
  const rows = outcomes.flatMap((row) =>
    row.judgement.reason === null
      ? [outcomeLine(row, width, limitMs, screen.columns, style)]
      : reasonLines(row, width, screen.columns, style),
  );
  const telling = outcomes.find(({ judgement }) => judgement.verdict !== 'pass');
  return [rows, telling === undefined ? [] : excerptLines(telling.excerpt, excerptIndent, screen, style)];
}

function outcomeLine(
  { judgement, ending, count, firstRun }: ReplayOutcome,
  width: number,
  limitMs: number,
  columns: number,
  style: Style,
): string {
  const { verdict } = judgement;
  const head = `  ${padStart(`${count}`, width)}  `;
  const tail = `; ${endingText(ending, limitMs)}${count === 1 ? `, run ${firstRun}` : ''}`;
  const room = columns - displayWidth(head) - displayWidth(tail);
  const text = clip(safe(titleOf(judgement), style.unicode), room, style.ellipsis);
  return `${head}${text.replace(verdict, () => verdictPaint(verdict, style)(verdict))}${tail}`;
}

/** Why a run skipped or was invalid is not cut off: it is all that there is to learn from it. */
function reasonLines({ judgement, count }: ReplayOutcome, width: number, columns: number, style: Style): string[] {
  const { verdict } = judgement;
  const head = `  ${padStart(`${count}`, width)}  `;
  const lines = prose(safe(titleOf(judgement), style.unicode), Math.min(columns, widestReading) - head.length, 0);
  return lines.map((line, i) =>
    i === 0
      ? `${head}${line.replace(verdict, () => verdictPaint(verdict, style)(verdict))}`
      : `${' '.repeat(head.length)}${line}`,
  );
}

function titleOf({ verdict, signature, reason }: Judgement): string {
  const title = signature?.title ?? reason;
  return title === null ? verdict : `${verdict}: ${title}`;
}

function traceLines(traces: string[], style: Style): string[] {
  const left = traces.length - mostTraces;
  const lines = traces.slice(0, mostTraces).map((path) => safe(path, style.unicode));
  return left <= 0 ? lines : [...lines, `and ${left} more`];
}

function nextLines({ command, why }: NextReplay, style: Style): string[] {
  return [style.command(safe(command, style.unicode)), `  ${why}`];
}

function wrapped(text: string, columns: number, style: Style): string[] {
  if (text === '') return [];
  return prose(safe(text, style.unicode), Math.min(columns, widestReading) - labelWidth, 0);
}
