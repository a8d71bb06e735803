import { createHash } from 'node:crypto';
import { type Content, Html, html } from './html.ts';
import { script } from './script.ts';
import { styles } from './styles.ts';

export interface PageSection {
  /** For links. */
  id: string;
  title: string;
  content: Html;
}

export interface Page {
  title: string;
  head: Html;
  sections: readonly PageSection[];
  foot: Content;
}

/** A document in one file: it asks for nothing from anywhere, and runs no script but its own. */
export function page({ title, head, sections, foot }: Page): string {
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(styles)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header>
${head}
</header>
<nav aria-label="Sections"><ul>
${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`)}</ul></nav>
<main id="main">
${sections.map((section) => html`<section aria-labelledby="${section.id}">\n<h2 id="${section.id}">${section.title}</h2>\n${section.content}\n</section>\n`)}</main>
<footer>${foot}</footer>
<script>${new Html(script)}</script>
</body>
</html>
`.text;
}
