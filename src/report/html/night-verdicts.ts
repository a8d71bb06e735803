import type { NightCell, TestVerdict } from '../../model/night.ts';
import { clip } from '../display-text.ts';
import { pText, reasonOf, verdictWord, worthTelling } from '../night/night-facts.ts';
import { type Content, type Html, html } from './html.ts';
import type { NightView } from './night-test.ts';
import { badge, rateCell, table } from './parts.ts';

/** Columns; the section of the test has it whole. */
const mostFailure = 240;

/**
 * Verdicts, the most urgent first.
 * @param told those with a section of their own
 */
export function verdictTable(verdicts: readonly TestVerdict[], told: readonly TestVerdict[], view: NightView): Html {
  if (verdicts.length === 0) return html`<p>Every test passed every run, as on the nights before.</p>`;
  const hasPast = verdicts.some(({ comparison }) => comparison?.before != null);
  const titles = ['Verdict', 'Test', 'Tonight', ...(hasPast ? ['Nights before', 'p'] : []), 'Failure'];
  const head = titles.map((title) => html`<th role="columnheader" scope="col">${title}</th>`);
  const rows = verdicts.map((verdict) => row(verdict, { hasSection: told.includes(verdict), hasPast }, view));
  const p =
    'p: the chance of so great a difference between tonight and the nights before if nothing had changed, corrected for the number of tests; none where it is above 0.05.';
  return table(head, rows, `Most urgent first.${hasPast ? ` ${p}` : ''}`, 'stack sortable');
}

function row(
  verdict: TestVerdict,
  { hasSection, hasPast }: { hasSection: boolean; hasPast: boolean },
  { cells, report }: NightView,
): Html {
  const { test, comparison } = verdict;
  const name = html`<span class="name">${test}</span>`;
  const link = hasSection ? html`<a href="#t${report.header.tests.indexOf(test)}">${name}</a>` : name;
  const word = verdictWord(verdict);
  return html`<tr role="row"><td role="cell" class="wide" data-key="${word.rank}">${badge(word)}</td><th role="rowheader" scope="row" class="wide">${link}</th>${cell('Tonight', comparison?.tonight.observed ?? -1, comparison === null ? null : rateCell(comparison.tonight))}${hasPast ? pastCells(comparison) : null}<td role="cell" class="wide failure">${clip(failureOf(verdict, cells.get(test) ?? []), mostFailure, '…')}</td></tr>
`;
}

function pastCells(comparison: TestVerdict['comparison']): Html {
  return html`${cell('Nights before', comparison?.before?.observed ?? -1, comparison?.before == null || comparison.before.runs === 0 ? null : rateCell(comparison.before))}${cell('p', comparison?.adjusted ?? 2, shownP(comparison))}`;
}

function cell(label: string, key: number, content: Content): Html {
  return content === null
    ? html`<td role="cell" data-key="${key}"></td>`
    : html`<td role="cell" data-label="${label}" data-key="${key}">${content}</td>`;
}

function shownP(comparison: TestVerdict['comparison']): Content {
  const p = comparison?.adjusted ?? null;
  return p === null || p > worthTelling ? null : html`<span class="rate">${pText(p).replace('= ', '')}</span>`;
}

function failureOf(verdict: TestVerdict, cells: readonly NightCell[]): string {
  const first = cells.flatMap(({ signatures }) => signatures)[0];
  return verdict.comparison?.signature?.title ?? first?.signature.title ?? reasonOf(cells) ?? '';
}
