import type { BisectSummary } from '../../model/bisect.ts';
import { safe } from '../display-text.ts';
import { prose, widestReading, withLabel } from '../labelled.ts';
import { type Appearance, type Style, styleOf } from '../style.ts';
import { advice } from './advice.ts';
import { conditionLines, noteLines, otherLines, skippedLines, spentLines } from './bisect-facts.ts';
import { nextLines } from './fact-lines.ts';
import { findingSection } from './finding-section.ts';
import { inHistoryOrder } from './history-order.ts';
import { nextSteps } from './next-steps.ts';
import { rangePicture } from './range-picture.ts';
import { statement } from './statement.ts';
import { visitedTable } from './visited-table.ts';

/** What is known of a bisect beside what its log says. */
export interface KeptBisect {
  /** Where its log is; absolute. */
  dir: string;
}

/** What a bisect found and how sure that is, what it rests on, and what to do next. */
export function renderBisect(summary: BisectSummary, kept: KeptBisect, screen: Appearance): string {
  const style = styleOf(screen);
  const { columns } = screen;
  const blocks = [
    statementLines(summary, columns, style),
    advice(summary).flatMap((text) => prose(text, Math.min(columns, widestReading), 0)),
    conditionLines(summary, columns, style),
    ...inHistoryOrder(summary).map((finding) => findingSection(finding, summary, screen, style)),
    rangePicture(summary, screen, style),
    visitedTable(summary, screen, style),
    [
      ...otherLines(summary.others, screen, style),
      ...skippedLines(summary, columns, style),
      ...spentLines(summary.spent, columns),
    ],
    noteLines(summary.notes, columns, style),
    [...withLabel('kept in', [safe(kept.dir, style.unicode)]), ...nextLines(nextSteps(summary), columns, style)],
  ];
  return inBlocks(blocks);
}

/** Blocks that have something to say, a blank line between them. */
export function inBlocks(blocks: readonly string[][]): string {
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function statementLines(summary: BisectSummary, columns: number, style: Style): string[] {
  const { text, paint } = statement(summary, style);
  return prose(text, columns, 0).map((line) => paint(style.strong(line)));
}
