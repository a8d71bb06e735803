import type { BisectSummary } from '../../model/bisect.ts';
import type { NightCell, NightReport, SignatureTrend, TestVerdict, TrendPoint } from '../../model/night.ts';
import { poissonRateInterval } from '../../stats/speed.ts';
import {
  cellRate,
  failuresOf,
  rangeVerb,
  reasonOf,
  type TestFailure,
  verdictSentence,
  verdictWord,
} from '../night/night-facts.ts';
import { durationText } from '../quantities.ts';
import { bisectFigure } from './bisect-figure.ts';
import { type Content, type Html, html } from './html.ts';
import { nightsChart } from './nights-chart.ts';
import { badge, command, excerpt, grouped, joined, meaning, rateCell, table } from './parts.ts';
import type { Draw } from './plot.ts';
import { waitChart } from './wait-chart.ts';

/** A night, and what all of its sections look up. */
export interface NightView {
  report: NightReport;
  cells: ReadonlyMap<string, NightCell[]>;
  trend: ReadonlyMap<string, TrendPoint[]>;
  /** The oldest first. */
  nights: readonly string[];
  draw: Draw;
  bisects: readonly BisectSummary[];
}

/** Signatures of a test that are told. */
const mostSignatures = 5;

/** A test of which there is something to say: what happened, since when, under what, and how to see it again. */
export function testArticle(verdict: TestVerdict, view: NightView): Html {
  const { report, draw } = view;
  const { test, bisect } = verdict;
  const cells = view.cells.get(test) ?? [];
  const points = view.trend.get(test) ?? [];
  const failures = failuresOf(cells);
  const id = `t${report.header.tests.indexOf(test)}`;
  const wait = verdict.state === 'flaky' ? waitChart(test, cells.map(arm)) : null;
  const sentence = verdictSentence(verdict, reasonOf(cells));
  return html`<article aria-labelledby="${id}">
<header><h3 id="${id}"><span class="name">${test}</span></h3>${badge(verdictWord(verdict))}</header>
<p>${unbroken(sentence.charAt(0).toUpperCase() + sentence.slice(1))}.</p>
${quarantineNote(verdict)}${sinceWhen(verdict)}
${bisect === null ? null : html`<h4>Which commit</h4>${command(bisect)}`}
${view.bisects.filter(({ header }) => header.test === test).map((summary) => bisectFigure(summary, draw))}
<div class="charts"><figure class="wide-plot"><figcaption>Rate of failures by night, with 95 % intervals.</figcaption>${draw(nightsChart(test, points, 'full'))}</figure>
${wait === null ? null : html`<figure><figcaption>Chance to see it within a time, with 95 % intervals.</figcaption>${draw(wait)}</figure>`}</div>
${conditionTable(cells)}
${failures.slice(0, mostSignatures).map((failure) => signature(failure, report.signatures))}
${failures.length > mostSignatures ? html`<p class="soft">And ${failures.length - mostSignatures} rarer failures.</p>` : null}</article>
`;
}

/** A number and its unit, and a p and its value, stay on one line. */
function unbroken(sentence: string): string {
  return sentence.replace(/ p ([<=]) /, ' p\u00a0$1\u00a0').replace(/(\d) %/g, '$1\u00a0%');
}

function arm(cell: NightCell) {
  return {
    condition: cell.condition,
    speed: poissonRateInterval(cellRate(cell).failures, cell.elapsedMs / 1000),
  };
}

function quarantineNote({ quarantine }: TestVerdict): Html | null {
  if (quarantine === null) return null;
  const { reason, owner, expires } = quarantine.entry;
  const said = {
    holds: `Quarantined until ${expires}`,
    expired: `The quarantine expired on ${expires}`,
    healed: `Quarantined until ${expires}, but it has healed: the entry can go`,
  }[quarantine.state];
  return html`<p class="note${quarantine.state === 'expired' ? ' bad' : ''}">${said}. Reason: ${reason}. Owner: ${owner}.</p>`;
}

function sinceWhen(verdict: TestVerdict): Html | null {
  const { range } = verdict;
  if (range === null) return null;
  return html`<p>It ${rangeVerb(verdict)} after <code>${range.old.slice(0, 12)}</code>, by <code>${range.new.slice(0, 12)}</code> at the latest.</p>`;
}

function conditionTable(cells: readonly NightCell[]): Html {
  const head = ['Condition', 'Failures', 'A failure every', 'Median run', 'Longest 1 %', 'Longest', 'Hunted for'].map(
    (label, index) => html`<th role="columnheader" scope="col"${index > 1 ? numeric : null}>${label}</th>`,
  );
  const rows = cells.map((cell) => {
    const { condition, wall, elapsedMs, overloaded } = cell;
    const kept =
      overloaded.runs === 0
        ? null
        : html`<small class="soft">kept apart: ${overloaded.failures} of ${grouped(overloaded.runs)} under overload</small>`;
    return html`<tr role="row"><th role="rowheader" scope="row" class="wide"><span class="name">${condition}</span></th><td role="cell" data-label="Failures">${rateCell(cellRate(cell))}${kept}</td>${figure('A failure every', everyText(cell))}${figure('Median run', wall === null ? null : durationText(wall.medianUs))}${figure('Longest 1 %', wall === null ? null : `from ${durationText(wall.p99Us)}`)}${figure('Longest', wall === null ? null : durationText(wall.maxUs))}${figure('Hunted for', durationText(1000 * elapsedMs))}</tr>\n`;
  });
  return table(head, rows, 'Tonight, by condition', 'stack');
}

const numeric = html` class="num"`;

function figure(label: string, text: string | null): Html {
  return html`<td role="cell" class="num" data-label="${label}">${text ?? '–'}</td>`;
}

/** Mean time of hunting between two failures. */
function everyText(cell: NightCell): string | null {
  const { failures } = cellRate(cell);
  return failures === 0 ? null : durationText((1000 * cell.elapsedMs) / failures);
}

function signature({ row, count, places }: TestFailure, trends: readonly SignatureTrend[]): Html {
  const trend = trends.find((other) => other.signature.id === row.signature.id);
  const best = places.toSorted((a, b) => b.count - a.count)[0];
  const where = places.map((place) => html`${grouped(place.count)} under <code>${place.condition}</code>`);
  return html`<section class="signature"><h4>${row.signature.title}</h4>
<p class="soft">${kindWord(row.verdict)} ${timesText(count)} tonight: ${joined(where, ', ')}${trend === undefined ? null : html`; first seen ${seen(trend.firstSeen)}, ${timesText(trend.count)} in all`}. Signature <code>${row.signature.id}</code>.</p>
${meaning(row.signature, row.known)}${excerpt(row.excerpt)}
${best === undefined ? null : html`<p>Again:</p>${command(best.reproduce)}`}</section>
`;
}

/** @example `once`, `1 204 times` */
function timesText(count: number): string {
  return count === 1 ? 'once' : `${grouped(count)} times`;
}

function kindWord(verdict: TestFailure['row']['verdict']): string {
  return { fail: 'Failed', hang: 'Hung', masked: 'Said success and printed failure' }[verdict];
}

function seen({ started, commit }: SignatureTrend['firstSeen']): Content {
  return html`${started.slice(0, 10)}${commit === null ? null : html` at <code>${commit.slice(0, 12)}</code>`}`;
}
