import type { BisectRow, BisectSummary } from '../../model/bisect.ts';
import { rateText } from '../quantities.ts';
import { type Html, html } from './html.ts';
import { joined, table } from './parts.ts';
import type { Draw, Figure } from './plot.ts';

/** Commits of a range that are told by name. */
const mostNamed = 6;

/** Which commit it is, as far as a bisect knows: the posterior over its range above the rates that were seen. */
export function bisectFigure(summary: BisectSummary, draw: Draw): Html {
  const { header, rows, findings, nullMass } = summary;
  const named = rows
    .filter(({ mass }) => mass >= 0.001)
    .toSorted((a, b) => b.mass - a.mass)
    .slice(0, mostNamed);
  const found = findings.map(
    ({ verb, state, posterior, suspects }) =>
      html`${capital(verb)} by${state === 'found' ? '' : ' one of'} ${joined(
        suspects.slice(0, mostNamed).map(({ commit }) => html`<code>${commit.name}</code> ${commit.subject}`),
        ', ',
      )} (posterior ${posteriorText(posterior)})`,
  );
  return html`<figure class="wide-plot"><figcaption>Bisect ${header.id}, from <code>${header.old.name}</code> to <code>${header.new.name}</code>: above, how likely each commit is the change; below, rates that were seen.</figcaption>
<p>${found.length === 0 ? `No commit was named; that nothing changed in the range has posterior ${posteriorText(nullMass)}.` : html`${joined(found)}.`}</p>
${draw(posteriorChart(header.test, rows))}</figure>
${named.length === 0 ? null : suspectTable(named)}`;
}

function posteriorChart(test: string, rows: readonly BisectRow[]): Figure {
  const placed = rows.map((row, index) => ({ ...row, index }));
  const seen = placed.flatMap(({ rate, index }) => (rate === null ? [] : [{ index, ...rate }]));
  const likely = placed.filter(({ mass }) => mass >= 0.001);
  const top = Math.max(...seen.map(({ high }) => high), 0.0001);
  const most = likely.toSorted((a, b) => b.mass - a.mass)[0];
  // Two pictures in one frame: masses on [1.2, 2.2], rates on [0, 0.85].
  const rateAt = (share: number) => (0.85 * share) / top;
  return {
    title: `${test}: posterior of each commit of the range, and the rates that were seen`,
    description:
      most === undefined
        ? 'no commit stands out'
        : `${most.commit.name} holds ${posteriorText(most.mass)}; ${seen.length} of ${rows.length} commits were run`,
    options: (plot) => ({
      width: 720,
      height: 190,
      marginLeft: 44,
      marginRight: 10,
      marginTop: 10,
      marginBottom: 22,
      x: { domain: [-0.5, rows.length - 0.5], label: null, axis: null },
      y: { domain: [0, 2.2], label: null, axis: null },
      marks: [
        plot.ruleY([0, 1.2], { stroke: 'var(--line)' }),
        plot.ruleX(likely, {
          x: 'index',
          y1: 1.2,
          y2: ({ mass }: BisectRow) => 1.2 + mass,
          stroke: 'var(--mark-bad)',
          strokeWidth: Math.max(2, Math.min(8, 500 / rows.length)),
        }),
        plot.ruleX(seen, {
          x: 'index',
          y1: ({ low }) => rateAt(low),
          y2: ({ high }) => rateAt(high),
          stroke: 'var(--mark-calm)',
          strokeWidth: 1.5,
        }),
        plot.dot(seen, {
          x: 'index',
          y: ({ observed }) => rateAt(observed),
          r: 3,
          fill: 'var(--mark-odd)',
        }),
        plot.text(
          [
            { y: 2.2, text: '1' },
            { y: 1.2, text: '0' },
            { y: 0.85, text: `${Number((100 * top).toPrecision(2))} %` },
            { y: 0, text: '0' },
          ],
          { frameAnchor: 'left', y: 'y', text: 'text', dx: -8, textAnchor: 'end' },
        ),
        plot.text([rows[0]?.commit.name ?? ''], {
          frameAnchor: 'bottom-left',
          text: (name: string) => name,
          dy: 14,
          textAnchor: 'start',
        }),
        plot.text([rows.at(-1)?.commit.name ?? ''], {
          frameAnchor: 'bottom-right',
          text: (name: string) => name,
          dy: 14,
          textAnchor: 'end',
        }),
      ],
    }),
  };
}

function suspectTable(rows: readonly BisectRow[]): Html {
  const head = ['Commit', 'Posterior', 'Rate there', 'Subject'].map(
    (label) => html`<th role="columnheader" scope="col">${label}</th>`,
  );
  const body = rows.map(
    ({ commit, mass, rate, state }) =>
      html`<tr role="row"><th role="rowheader" scope="row" class="wide"><code>${commit.name}</code></th><td role="cell" data-label="Posterior">${posteriorText(mass)}</td><td role="cell" data-label="Rate there">${rate === null ? state : rateText(rate)}</td><td role="cell" class="wide">${commit.subject}</td></tr>\n`,
  );
  return table(head, body, 'Likeliest commits', 'stack');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function posteriorText(mass: number): string {
  return mass > 0.9995 ? '> 0.999' : mass.toFixed(3);
}
