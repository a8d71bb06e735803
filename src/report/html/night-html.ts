import type { BisectSummary } from '../../model/bisect.ts';
import type { NightReport, TestVerdict, TrendPoint } from '../../model/night.ts';
import {
  byUrgency,
  cellsByTest,
  isFirstNight,
  isToBeLookedAt,
  nightHeadline,
  verdictCounts,
  verdictWord,
} from '../night/night-facts.ts';
import { durationText, plural } from '../quantities.ts';
import { revisionText } from '../revision-text.ts';
import { type Html, html } from './html.ts';
import { nightPlace } from './night-place.ts';
import { type NightView, testArticle } from './night-test.ts';
import { allTests } from './night-tests.ts';
import { verdictTable } from './night-verdicts.ts';
import { nightsChart } from './nights-chart.ts';
import { type PageSection, page } from './page.ts';
import { joined } from './parts.ts';
import { type Draw, loadPlot } from './plot.ts';

/** Bytes of the sections on single tests: the page has to fit into a mail. */
const mostOfTests = 800_000;
/** Nights that charts have room for, the last ones. */
const mostNights = 90;
/** Small charts of tests that failed on earlier nights alone. */
const mostMultiples = 48;

/**
 * A night as one self-contained HTML page: no script is needed to read it, and nothing is loaded from anywhere.
 * @param bisects those that are known, of whatever test
 */
export async function nightHtml(report: NightReport, bisects: readonly BisectSummary[] = []): Promise<string> {
  const nights = [...new Set(report.trend.map(({ night }) => night))].slice(-mostNights);
  const shown = new Set(nights);
  const view: NightView = {
    report,
    cells: cellsByTest(report),
    trend: trendByTest(
      report.trend.filter(({ night }) => shown.has(night)),
      report.header.conditions,
    ),
    nights,
    draw: await loadPlot(),
    bisects,
  };
  const { header } = report;
  // What is refused is said once, not for every test.
  const isShown = (verdict: TestVerdict) => report.refusal === null || verdictWord(verdict).word !== 'invalid';
  const interesting = byUrgency(report.verdicts).filter((verdict) => isToBeLookedAt(verdict) && isShown(verdict));
  const told = interesting.filter((verdict) => isTold(verdict, view));
  const before = report.verdicts.filter((verdict) => !told.includes(verdict) && everFailed(verdict, view));
  const sections: (PageSection | null)[] = [
    report.refusal !== null && interesting.length === 0
      ? null
      : { id: 'verdicts', title: 'What is to be looked at', content: verdictTable(interesting, told, view) },
    told.length === 0 ? null : { id: 'tests', title: 'Test by test', content: articles(told, view) },
    before.length === 0
      ? null
      : { id: 'before', title: 'Failed on earlier nights', content: multiples(before, view, view.draw) },
    { id: 'all', title: 'All tests', content: allTests(view) },
    { id: 'place', title: 'Where and how', content: nightPlace(report) },
  ];
  return page({
    title: `${header.suite}, ${header.started.slice(0, 10)}: ${nightHeadline(report).text}`,
    head: head(report),
    sections: sections.filter((section) => section !== null),
    foot: html`<p>Rates stand with their 95 % interval. Night ${header.id}, made by flakehunt ${header.version}. This page is one file: it loads nothing, and can be kept, mailed and printed.</p>`,
  });
}

/** Conditions in the order in which they were asked for, the nights of each the oldest first. */
function trendByTest(trend: readonly TrendPoint[], conditions: readonly string[]): Map<string, TrendPoint[]> {
  const byTest = new Map<string, TrendPoint[]>();
  const place = ({ condition }: TrendPoint) => conditions.indexOf(condition);
  for (const point of trend.toSorted((a, b) => place(a) - place(b))) {
    const row = byTest.get(point.test);
    if (row === undefined) byTest.set(point.test, [point]);
    else row.push(point);
  }
  return byTest;
}

/** News, and whatever failed tonight. */
function isTold(verdict: TestVerdict, { cells }: NightView): boolean {
  const { tone } = verdictWord(verdict);
  const failed = cells.get(verdict.test)?.some(({ signatures }) => signatures.length > 0) ?? false;
  return failed || tone === 'good' || (tone === 'bad' && verdict.comparison !== null);
}

function everFailed({ test }: TestVerdict, { trend }: NightView): boolean {
  return trend.get(test)?.some(({ failures }) => failures > 0) ?? false;
}

function head(report: NightReport): Html {
  const { header, elapsedMs, verdicts, refusal, ended } = report;
  const revision = revisionText(header.revision);
  const facts = [
    `${header.started.slice(0, 10)}, ${header.started.slice(11, 16)} UTC`,
    revision,
    `${plural(header.tests.length, 'test')} under ${plural(header.conditions.length, 'condition')}`,
    durationText(1000 * elapsedMs),
    header.machineClass,
  ];
  const counts = verdictCounts(verdicts).map(
    ({ count, word, tone }) =>
      html`<li class="${tone === 'calm' ? '' : tone}"><b>${count}</b><span>${word}</span></li>\n`,
  );
  const state = ended === null ? html`<p class="note">This night has not ended.</p>` : null;
  return html`<h1>Nightly of ${header.suite}</h1>
<p class="headline${refusal === null ? '' : ' bad'}">${refusal ?? pageHeadline(verdicts)}</p>
<p class="about">${joined(
    facts.filter((fact) => fact !== null).map((fact) => html`<span>${fact}</span>`),
    ' ',
  )}</p>
${state}${refusal === null ? html`<ul class="counts" aria-label="Tests by verdict">${counts}</ul>` : null}`;
}

/** How many tests have news; the counts below it say which. */
function pageHeadline(verdicts: readonly TestVerdict[]): string {
  const count = (tone: string) => verdicts.filter((verdict) => verdictWord(verdict).tone === tone).length;
  const [bad, good] = [count('bad'), count('good')];
  const passing = verdicts.filter(({ state }) => state === 'passing').length;
  const better = good === 0 ? '' : `, ${good} got better`;
  const passed = `${passing} of ${plural(verdicts.length, 'test')} passed every run.`;
  if (isFirstNight(verdicts)) return `There is no night to compare with. ${passed}`;
  const first =
    bad === 0 ? `Nothing new fails${better}.` : `${plural(bad, 'test needs', 'tests need')} a look${better}.`;
  return `${first} ${passed}`;
}

/** In full as long as there is room, the most urgent first. */
function articles(told: readonly TestVerdict[], view: NightView): Html {
  const whole: Html[] = [];
  let room = mostOfTests;
  for (const verdict of told) {
    const article = testArticle(verdict, view);
    room -= Buffer.byteLength(article.text);
    if (room < 0) break;
    whole.push(article);
  }
  const left = told.length - whole.length;
  return html`${whole}${left === 0 ? null : html`<p class="note">${plural(left, 'more test')} failed; there is no room for them here. The tables have their rates, and <code>flakehunt history TEST</code> the rest.</p>`}`;
}

function multiples(verdicts: readonly TestVerdict[], { trend }: NightView, draw: Draw): Html {
  const shown = verdicts.slice(0, mostMultiples);
  const figures = shown.map(
    ({ test }) =>
      html`<figure><figcaption class="name">${test}</figcaption>${draw(nightsChart(test, trend.get(test) ?? [], 'small'))}</figure>\n`,
  );
  const left = verdicts.length - shown.length;
  return html`<p class="intro">No run of these failed tonight. Dots are nights with failures, each test on a scale of its own; bars are 95 % intervals.</p>
<div class="multiples">${figures}</div>${left === 0 ? null : html`<p class="soft">${left} more are in the table of all tests.</p>`}`;
}
