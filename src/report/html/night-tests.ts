import type { Rate } from '../../model/summary.ts';
import { cellRate, verdictWord } from '../night/night-facts.ts';
import { rateText } from '../quantities.ts';
import { type Html, html } from './html.ts';
import type { NightView } from './night-test.ts';
import { badge, table } from './parts.ts';
import { nightStrip, stripLegend } from './strip.ts';

/** Every test, its nights under each condition as a row of bars. */
export function allTests({ report, cells, trend, nights }: NightView): Html {
  const { header, verdicts } = report;
  const first = report.trend.find(({ night }) => night === nights[0]);
  const dates = first === undefined ? '' : `, ${day(first.started)} to ${day(header.started)}`;
  const head = html`<th role="columnheader" scope="col">Test</th><th role="columnheader" scope="col" class="less">Verdict</th>${header.conditions.map((condition) => html`<th role="columnheader" scope="col" class="nights">${condition}</th><th role="columnheader" scope="col" class="less">tonight</th>`)}`;
  const rows = verdicts.map((verdict) => {
    const points = trend.get(verdict.test) ?? [];
    const own = cells.get(verdict.test) ?? [];
    const strips = header.conditions.map((condition) => {
      const cell = own.find((other) => other.condition === condition);
      const rate = cell === undefined ? null : cellRate(cell);
      const failed = points.filter((point) => point.condition === condition && point.failures > 0).length;
      return html`<td role="cell" class="nights" data-key="${failed}">${nightStrip(
        nights,
        points.filter((point) => point.condition === condition),
      )}</td><td role="cell" class="less rate soft" data-key="${rate === null || rate.runs === 0 ? -1 : rate.observed}">${rate === null || rate.runs === 0 ? 'no runs' : shareOf(rate)}</td>`;
    });
    const word = verdictWord(verdict);
    return html`<tr role="row"><th role="rowheader" scope="row" class="name">${verdict.test}</th><td role="cell" class="less" data-key="${word.rank}">${badge(word)}</td>${strips}</tr>\n`;
  });
  return html`${stripLegend()}
${table(head, rows, `A bar a night${dates}.`, 'tests sortable', 'Find')}`;
}

/** Without the interval, which the bars leave no room for. */
function shareOf(rate: Rate): string {
  return rateText(rate).replace(/ [([].*/, '');
}

function day(started: string): string {
  return started.slice(0, 10);
}
