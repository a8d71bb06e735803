import type { BisectSummary } from '../../model/bisect.ts';
import { clip } from '../display-text.ts';
import { type Appearance, styleOf } from '../style.ts';
import { statement } from './statement.ts';

/** Bisects below the table of hunts, a line each: what it came to. */
export function renderBisects(summaries: readonly BisectSummary[], screen: Appearance): string {
  const style = styleOf(screen);
  const widest = Math.max(0, ...summaries.map(({ header }) => header.id.length));
  const lines = summaries.map((summary) => {
    const text = `${summary.header.id.padEnd(widest)}  ${statement(summary, style).text}`;
    return clip(text, screen.columns, style.ellipsis);
  });
  return [style.strong('bisect'), ...lines].map((line) => `${line}\n`).join('');
}
