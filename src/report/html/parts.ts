import type { Rate } from '../../model/summary.ts';
import type { KnownIssue, Signature } from '../../model/verdict.ts';
import type { VerdictWord } from '../night/night-facts.ts';
import { rateText } from '../quantities.ts';
import { readable, tailOf } from '../readable.ts';
import { type Content, type Html, html } from './html.ts';

/** Output of a failure, in bytes. */
const mostExcerpt = 8192;

const marks: Record<VerdictWord['tone'], string> = { bad: '▲', odd: '◆', good: '▼', calm: '·' };

/** A verdict: a mark, a word, and a colour that says no more than they do. */
export function badge({ word, tone }: VerdictWord): Html {
  return html`<span class="badge ${tone}"><i aria-hidden="true">${marks[tone]}</i>${word}</span>`;
}

/** @example `0.42 %` over `[0.31, 0.56], 42 of 10000` */
export function rateCell(rate: Rate): Html {
  if (rate.runs === 0) return html`<span class="soft">no runs</span>`;
  const [, share = rateText(rate), interval = ''] = /^(.* %) (\[.*\])$/.exec(rateText(rate)) ?? [];
  const counts = `${grouped(rate.failures)} of ${grouped(rate.runs)}`;
  return html`<span class="rate">${share.replace(' (95 %)', '')}<small>${interval === '' ? '' : `${interval}, `}${counts}</small></span>`;
}

/** With narrow blanks between thousands: `12 085`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

export function command(text: string): Html {
  return html`<div class="command"><code>${text}</code></div>`;
}

export function excerpt(text: string): Html {
  const kept = tailOf(readable(text).trimEnd(), mostExcerpt);
  return kept === '' ? html`<p class="soft">It wrote nothing.</p>` : html`<pre>${kept}</pre>`;
}

/** What is known of a failure beside its output: its errnos decoded, and whether it is a known issue. */
export function meaning({ errnos }: Signature, known: KnownIssue | null): Html {
  const decoded = errnos.map(({ value, name, text }) => html`<code>${value}</code> is <code>${name}</code>: ${text}`);
  return html`${decoded.length === 0 ? null : html`<p>${joined(decoded)}.</p>`}${known === null ? null : knownIssue(known)}`;
}

export function joined(parts: readonly Content[], between = '; '): Content {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [between, part]));
}

export function definitions(rows: readonly (readonly [string, Content] | null)[]): Html {
  const told = rows.filter((row) => row !== null);
  return html`<dl>${told.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>\n`)}</dl>`;
}

/**
 * A table that scrolls by itself where it is too wide. Roles are told, for browsers forget them where cells are stacked.
 * @param filter label of the field that finds rows, where there are many; the script makes it
 */
export function table(head: Content, rows: readonly Content[], caption: Content, classes = '', filter = ''): Html {
  return html`<div class="scroll"><table class="${classes}" role="table"${filter === '' ? null : html` data-filter="${filter}"`}><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${head}</tr></thead>
<tbody role="rowgroup">
${rows}</tbody></table></div>`;
}

function knownIssue({ title, explanation, links, fixes }: KnownIssue): Html {
  const safeLinks = links.filter((link) => /^https?:\/\//.test(link));
  return html`<div class="note"><p><b>Known:</b> ${title}. ${explanation}</p>
${fixes.length === 0 ? null : html`<p>Fixes: ${joined(fixes.map(({ commit, what }) => html`<code>${commit}</code> ${what}`))}.</p>`}
${
  safeLinks.length === 0
    ? null
    : html`<p>${joined(
        safeLinks.map((link) => html`<a href="${link}" rel="noreferrer">${link}</a>`),
        ', ',
      )}</p>`
}</div>`;
}
