import type { BisectCheck, BisectFinding, BisectSummary } from '../../model/bisect.ts';
import { pText } from '../night/night-facts.ts';
import { durationText, plural, rateText } from '../quantities.ts';
import { shellWord } from '../shell-word.ts';
import { bisectFigure } from './bisect-figure.ts';
import { type Html, html } from './html.ts';
import { machineRows } from './night-place.ts';
import { page } from './page.ts';
import { command, definitions, joined, meaning, rateCell, table } from './parts.ts';
import { loadPlot } from './plot.ts';

/** A bisect as one self-contained HTML page: no script is needed to read it, and nothing is loaded from anywhere. */
export async function bisectHtml(summary: BisectSummary): Promise<string> {
  const { header, findings, rows } = summary;
  const draw = await loadPlot();
  const text = outcomeText(summary);
  const facts = [
    `${header.started.slice(0, 10)}, ${header.started.slice(11, 16)} UTC`,
    plural(Math.max(0, rows.length - 1), 'commit'),
    plural(summary.spent.runs, 'run'),
    plural(summary.spent.builds, 'build'),
    durationText(1e6 * (summary.spent.seconds + summary.spent.buildSeconds)),
  ];
  return page({
    title: `${header.test}: ${text}`,
    head: html`<h1>Bisect of ${header.test}</h1>
<p class="headline">${text}</p>
<p class="about">${joined(
      facts.map((fact) => html`<span>${fact}</span>`),
      ' ',
    )}</p>`,
    sections: [
      { id: 'posterior', title: 'Which commit', content: html`${bisectFigure(summary, draw)}${findings.map(check)}` },
      { id: 'seen', title: 'What was seen', content: seenTable(summary) },
      { id: 'place', title: 'Where and how', content: place(summary) },
    ],
    foot: html`<p>Rates stand with their 95 % interval. Bisect ${header.id}, made by flakehunt ${header.version}. This page is one file: it loads nothing, and can be kept, mailed and printed.</p>`,
  });
}

function outcomeText({ outcome, findings, header }: BisectSummary): string {
  const found = findings.filter(({ state }) => state === 'found');
  if (found.length > 0) {
    return `${found.map(({ verb, suspects }) => `${verb} by ${suspects[0]?.commit.name ?? 'a commit'}`).join(', ')}.`.replace(
      /^./,
      (first) => first.toUpperCase(),
    );
  }
  switch (outcome) {
    case null:
      return 'The search is on.';
    case 'interrupted':
      return 'The search was interrupted.';
    case 'no-change':
      return 'Nothing changed inside the range.';
    case 'not-reproduced':
      return `${header.test} did not fail at the end that should.`;
    case 'both-fail':
      return `${header.test} fails at both ends.`;
    default:
      return 'No single commit could be told from the others.';
  }
}

function check({ check }: BisectFinding): Html | null {
  if (check === null) return null;
  const sides: [string, BisectCheck['before'], string][] = [
    ['Before', check.before, check.reproduce.before],
    ['After', check.after, check.reproduce.after],
  ];
  return html`<h3>Checked with fresh runs</h3>
<p>The commit and its parent in turns: ${check.agrees ? 'they bear it out' : 'they do not bear it out'}, p ${pText(check.p)} by Fisher's exact test.</p>
${sides.map(([label, { commit, rate }, text]) => html`<p>${label}, <code>${commit.name}</code>: ${rate.failures} of ${plural(rate.runs, 'run')} failed, ${rateText(rate)}.</p>${command(text)}`)}`;
}

function seenTable({ rows }: BisectSummary): Html {
  const seen = rows.filter(({ rate, state }) => rate !== null || state === 'unusable');
  const head = ['Commit', 'Rate', 'Posterior', 'Subject'].map(
    (label) => html`<th role="columnheader" scope="col">${label}</th>`,
  );
  const body = seen.map(
    ({ commit, rate, mass }) =>
      html`<tr role="row"><th role="rowheader" scope="row" class="wide"><code>${commit.name}</code></th><td role="cell" data-label="Rate" data-key="${rate?.observed ?? -1}">${rate === null ? 'unusable' : rateCell(rate)}</td><td role="cell" data-label="Posterior" data-key="${mass}">${mass.toFixed(4)}</td><td role="cell" class="wide">${commit.subject}</td></tr>\n`,
  );
  if (seen.length === 0) return html`<p>No commit has been run.</p>`;
  return table(head, body, 'Old end first; of commits that are built alike, all are told.', 'stack sortable');
}

function place({ header, calibration, unusable, others, notes }: BisectSummary): Html {
  return html`${notes.map((note) => html`<p class="note">${note}</p>`)}
${definitions([
  ['Failure', html`<span class="mono">${header.target.signature.title}</span>`],
  ['Tree', header.tree],
  ['Ends', joined(header.ends)],
  calibration === null
    ? null
    : ['Condition', html`<code>${calibration.condition}</code>, at the failing end ${rateText(calibration.rate)}`],
  unusable.length === 0
    ? null
    : ['Unusable', `${plural(unusable.length, 'commit')}, the first: ${unusable[0]?.reason ?? ''}`],
  others.length === 0 ? null : ['Other failures', joined(others.map(({ title, count }) => `${title} (${count})`))],
  ['Seed', html`<code>${header.seed}</code>`],
  ...machineRows(header),
])}
${meaning(header.target.signature, null)}
<h3>The same search again</h3>
${command(header.commandLine.map(shellWord).join(' '))}`;
}
