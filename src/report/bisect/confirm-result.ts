import type { ConfirmSummary } from '../../model/bisect.ts';
import { clip, safe } from '../display-text.ts';
import { prose, withLabel } from '../labelled.ts';
import { gainText } from '../quantities.ts';
import { type Appearance, type Style, styleOf } from '../style.ts';
import { otherLines, spentLines } from './bisect-facts.ts';
import { inBlocks, type KeptBisect } from './bisect-result.ts';
import { planText } from './confirm-header.ts';
import { confirmStatement } from './confirm-statement.ts';
import { confirmSteps } from './confirm-steps.ts';
import { factLines, nextLines } from './fact-lines.ts';
import { pText } from './figures.ts';
import { sideText } from './finding-section.ts';

/** Whether the failure is gone, on what grounds, and what to do next. */
export function renderConfirm(summary: ConfirmSummary, kept: KeptBisect, screen: Appearance): string {
  const style = styleOf(screen);
  const { columns } = screen;
  return inBlocks([
    statementLines(summary, columns, style),
    groundLines(summary, columns, style),
    [...otherLines(summary.others, screen, style), ...spentLines(summary.spent, columns)],
    withLabel('again', againLines(summary, style)),
    [...withLabel('kept in', [safe(kept.dir, style.unicode)]), ...nextLines(confirmSteps(summary), columns, style)],
  ]);
}

function statementLines(summary: ConfirmSummary, columns: number, style: Style): string[] {
  const test = clip(safe(summary.header.test, style.unicode), 40, style.ellipsis);
  const { text, paint } = confirmStatement(summary, style);
  return prose(`${test}: ${text}`, columns, 0).map((line) => paint(style.strong(line)));
}

function groundLines(summary: ConfirmSummary, columns: number, style: Style): string[] {
  const { before, after, ratio, p, plan, condition } = summary;
  const measured = ratio !== null && gainText(ratio) !== 'not measured';
  return [
    ...factLines('condition', [safe(condition, style.unicode)], columns),
    ...factLines('before', [sideText(before)], columns),
    ...factLines('after', [sideText(after)], columns),
    ...factLines('ratio', measured ? [`${gainText(ratio)}, rate after over rate before, 95 %`] : [], columns),
    ...factLines('test', p === null ? [] : [`${pText(p)} (Fisher's exact test, two-sided)`], columns),
    ...factLines('plan', [planText(plan)], columns),
  ];
}

function againLines({ reproduce }: ConfirmSummary, style: Style): string[] {
  return [
    `before  ${style.command(safe(reproduce.before, style.unicode))}`,
    `after   ${style.command(safe(reproduce.after, style.unicode))}`,
  ];
}
