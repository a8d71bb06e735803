import type { ArmRow, HuntSummary, SignatureSummary } from '../../model/summary.ts';
import { armsSentences } from '../arms-text.ts';
import { endingText } from '../ending-text.ts';
import { foldArms, hasArms } from '../fold-arms.ts';
import { guestText } from '../guest-facts.ts';
import { headline } from '../headline.ts';
import { durationText, failureSpeedText, gainText, plural } from '../quantities.ts';
import { replayElsewhere, replayHere } from '../reproduce.ts';
import type { KeptHunt } from '../result.ts';
import { revisionText } from '../revision-text.ts';
import { shellWord } from '../shell-word.ts';
import { styleOf } from '../style.ts';
import { armsChart } from './arms-chart.ts';
import { type Content, type Html, html } from './html.ts';
import { machineRows } from './night-place.ts';
import { page } from './page.ts';
import { command, definitions, excerpt, grouped, joined, meaning, rateCell, table } from './parts.ts';
import { type Draw, loadPlot } from './plot.ts';
import { waitChart } from './wait-chart.ts';

/** Signatures told in full. */
const mostSignatures = 20;

/** A hunt as one self-contained HTML page: no script is needed to read it, and nothing is loaded from anywhere. */
export async function huntHtml(summary: HuntSummary, kept: KeptHunt): Promise<string> {
  const { header, signatures } = summary;
  const draw = await loadPlot();
  const { text } = headline(summary, kept.state, header.test, styleOf({ color: false, unicode: true }));
  const sections = [
    { id: 'rates', title: hasArms(summary) ? 'Conditions compared' : 'How often', content: rates(summary, draw) },
    ...(signatures.length === 0 ? [] : [{ id: 'failures', title: 'Failures', content: failures(summary) }]),
    { id: 'place', title: 'Where and how', content: place(summary, kept) },
  ];
  return page({
    title: text,
    head: html`<h1>Hunt of ${header.test}</h1>
<p class="headline">${text}.</p>
<p class="about">${joined(
      aboutTexts(summary).map((fact) => html`<span>${fact}</span>`),
      ' ',
    )}</p>`,
    sections,
    foot: html`<p>Rates stand with their 95 % interval. Hunt ${header.id}, made by flakehunt ${header.version}. This page is one file: it loads nothing, and can be kept, mailed and printed.</p>`,
  });
}

function aboutTexts({ header, elapsedMs, runs }: HuntSummary): string[] {
  const { started, machine } = header;
  const revision = revisionText(header.revision);
  return [
    `${started.slice(0, 10)}, ${started.slice(11, 16)} UTC`,
    ...(revision === null ? [] : [revision]),
    plural(runs, 'run'),
    durationText(1000 * elapsedMs),
    `Linux ${machine.kernel} on ${machine.hostname}`,
  ];
}

function rates(summary: HuntSummary, draw: Draw): Html {
  const { rows, target } = foldArms(summary);
  const arms = rows.map((row) => ({ condition: labelOf(row, rows), speed: row.failuresPerSecond }));
  const wait = target === null || target.always ? null : waitChart(summary.header.test, arms);
  const chart =
    rows.length < 2 || target === null
      ? null
      : armsChart(
          summary.header.test,
          rows.map((row) => ({ label: labelOf(row, rows), rate: row.rate })),
        );
  const sentences = hasArms(summary) ? armsSentences(foldArms(summary), summary, 'full') : [];
  return html`${target === null || !hasArms(summary) ? null : html`<p class="intro">Failures are those of: <span class="mono">${target.signature.title}</span></p>`}
<div class="charts">${chart === null ? null : html`<figure class="names-plot"><figcaption>Share of runs that failed, with 95 % intervals.</figcaption>${draw(chart)}</figure>`}
${wait === null ? null : html`<figure><figcaption>Chance to see it within a time, with 95 % intervals.</figcaption>${draw(wait)}</figure>`}</div>
${rows.length === 0 ? html`<p>No run could have failed.</p>` : armTable(rows, summary)}
${sentences.map((sentence) => html`<p>${sentence}</p>`)}
${durations(summary)}`;
}

function labelOf({ stratum }: ArmRow, rows: readonly ArmRow[]): string {
  const isOneLoad = rows.every((row) => row.stratum.jobs === stratum.jobs);
  return isOneLoad ? stratum.condition : `${stratum.condition} with ${plural(stratum.jobs, 'worker')}`;
}

function armTable(rows: readonly ArmRow[], { strata }: HuntSummary): Html {
  const compared = rows.length > 1;
  const head = ['Condition', 'Failures', 'Failures a second', ...(compared ? ['Gain'] : []), 'Hunted for'].map(
    (label, index) => html`<th role="columnheader" scope="col"${index > 1 ? html` class="num"` : null}>${label}</th>`,
  );
  const body = rows.map((row) => {
    const { rate, failuresPerSecond, gain, stratum } = row;
    const elapsed = strata.find((other) => other.stratum === stratum)?.elapsedMs ?? 0;
    const gained = compared ? figure('Gain', gain === null ? '–' : gainText(gain), gain?.low ?? -1) : null;
    return html`<tr role="row"><th role="rowheader" scope="row" class="wide name">${labelOf(row, rows)}</th><td role="cell" data-label="Failures" data-key="${rate.observed}">${rateCell(rate)}</td>${figure('Failures a second', failureSpeedText(failuresPerSecond), failuresPerSecond.observed)}${gained}${figure('Hunted for', durationText(1000 * elapsed), elapsed)}</tr>\n`;
  });
  return table(
    head,
    body,
    compared ? 'The base condition first, then the best one first.' : 'All runs',
    'stack sortable',
  );
}

function figure(label: string, text: string, key: number): Html {
  return html`<td role="cell" class="num" data-label="${label}" data-key="${key}">${text}</td>`;
}

function durations({ wall, header }: HuntSummary): Html | null {
  if (wall === null) return null;
  const { minUs, medianUs, p99Us, maxUs } = wall;
  return html`<p>Runs under <code>${header.conditions[0] ?? 'plain'}</code> took ${durationText(medianUs)} in the median, between ${durationText(minUs)} and ${durationText(maxUs)}; one in a hundred took longer than ${durationText(p99Us)}. Their time limit was ${durationText(1000 * header.limitMs)}.</p>`;
}

function failures({ signatures, header }: HuntSummary): Html {
  const rest = signatures.length - mostSignatures;
  const told = signatures.slice(0, mostSignatures).map((row) => failure(row, header));
  return html`${told}${rest > 0 ? html`<p class="soft">And ${rest} rarer ones.</p>` : null}`;
}

function failure(row: SignatureSummary, header: HuntSummary['header']): Html {
  const { signature, count, firstRun, firstAfterMs, rates, ending, reproducer } = row;
  const when = firstAfterMs === null ? '' : ` after ${durationText(1000 * firstAfterMs)}`;
  const where: Content[] = rates
    .filter(({ rate }) => rate.failures > 0)
    .map(
      ({ rate, stratum }) =>
        html`${grouped(rate.failures)} of ${grouped(rate.runs)} under <code>${stratum.condition}</code>`,
    );
  return html`<article aria-label="${signature.title}"><section class="signature"><h3 class="failure">${signature.title}</h3>
<p class="soft">${plural(count, 'run')}: ${joined(where, ', ')}. First in run ${firstRun}${when}; ${endingText(ending, header.limitMs)}. Signature <code>${signature.id}</code>.</p>
${meaning(signature, row.known)}${excerpt(row.excerpt)}
<p>Again, where the hunt is kept:</p>${command(replayHere(header, reproducer.run))}
<p>Anywhere:</p>${command(replayElsewhere(header, reproducer))}</section></article>
`;
}

function place({ header, notes, reasons, sessions }: HuntSummary, { dir }: KeptHunt): Html {
  const { revision, build, seed, guest = null } = header;
  return html`${notes.map((note) => html`<p class="note">${note}</p>`)}
${reasons.map(({ verdict, reason, count }) => html`<p class="note">${plural(count, 'run')} ${verdict === 'skip' ? 'skipped' : 'taught nothing'}: ${reason}</p>`)}
${definitions([
  ['Revision', revisionText(revision) ?? 'none'],
  revision.subject === null ? null : ['Its subject', revision.subject],
  revision.tree === null ? null : ['Tree', revision.tree],
  build === null ? null : ['Compiler', build.compiler],
  ['Executed', html`<code>${header.argv.map(shellWord).join(' ')}</code>`],
  ['Seed', html`<code>${seed}</code>`],
  sessions < 2 ? null : ['Sessions', String(sessions)],
  ...machineRows(header),
  guest === null ? null : ['Runs made', `under Linux ${guest.kernel.release} ${guestText(guest)}`],
  ['Kept in', html`<code>${dir}</code>`],
])}
<h3>The same hunt again</h3>
${command(header.commandLine.map(shellWord).join(' '))}`;
}
