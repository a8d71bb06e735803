/**
 * Ink and three tones, told apart by any eye: vermilion for what is wrong, ochre for what is odd, blue for what is good
 * (after Okabe and Ito). Colour never says anything that words or shapes do not say too.
 */
export const styles = `
:root {
  color-scheme: light dark;
  --paper: #fdfdfc; --panel: #f5f5f2; --ink: #1c1f23; --soft: #5a6068; --line: #dcdcd6; --hair: #ebebe6;
  --bad: #b23a0e; --odd: #84610a; --good: #0b65a3; --calm: #5a6068;
  --mark-bad: #c8470f; --mark-odd: #d99a1c; --mark-good: #2b7fc0; --mark-calm: #b9bfc6;
  --second: #3d6fb6;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --panel: #1e2124; --ink: #e7e7e3; --soft: #a2a8b0; --line: #373b41; --hair: #292d31;
    --bad: #ff9d73; --odd: #e6bd62; --good: #83bff0; --calm: #a2a8b0;
    --mark-bad: #f0713a; --mark-odd: #d9a63c; --mark-good: #5aa2dc; --mark-calm: #545b64;
    --second: #83aee8;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 var(--sans);
  font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
header, nav, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.5rem; }
a { color: var(--good); text-underline-offset: .15em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--good); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .4rem .8rem; z-index: 1; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1rem; font-weight: 600; color: var(--soft); margin: 0; }
h2 { font-size: 1.375rem; font-weight: 650; margin: 3.5rem 0 .35rem; letter-spacing: -.01em; }
h3 { font-size: 1.125rem; font-weight: 650; margin: 0; }
h4 { font-size: 1rem; font-weight: 600; margin: 1.5rem 0 .4rem; }
p { margin: .5rem 0; max-width: 46rem; }
p.headline { font-size: 1.75rem; line-height: 1.25; font-weight: 650; letter-spacing: -.015em; margin: .35rem 0 .75rem;
  max-width: 52rem; text-wrap: balance; }
.soft { color: var(--soft); }
.intro { color: var(--soft); margin-bottom: 1.1rem; }
.bad { color: var(--bad); } .odd { color: var(--odd); } .good { color: var(--good); } .calm { color: var(--calm); }
code, pre, .mono { font-family: var(--mono); font-size: .875em; font-variant-ligatures: none; }
.name { font-family: var(--mono); font-size: .925em; }
h3 .name { font-size: 1em; }

nav ul, .counts { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; }
nav ul { gap: .25rem 1.25rem; padding: .75rem 0; border-block: 1px solid var(--line); margin-top: 1.5rem; }
.counts { gap: .75rem 2rem; margin: 1.25rem 0 0; }
.counts b { display: block; font-size: 1.625rem; line-height: 1.15; font-weight: 600; }
.counts span { color: var(--soft); font-size: .875rem; }
.about { margin: 0; color: var(--soft); }
.about { max-width: none; display: flex; flex-wrap: wrap; gap: 0 1.5rem; }

table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
caption { text-align: left; color: var(--soft); font-size: .875rem; padding: 0 0 .5rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem 1.25rem .5rem 0; border-top: 1px solid var(--hair); }
thead th { border-top: 0; border-bottom: 1px solid var(--line); color: var(--soft); font-weight: 500; font-size: .8125rem;
  vertical-align: bottom; padding-block: .35rem; }
tbody tr:first-child > * { border-top: 0; }
tbody th { font-weight: 500; }
.stack tbody th { min-width: 11rem; }
tr > :last-child { padding-right: 0; }
.num { text-align: right; white-space: nowrap; }
.rate { white-space: nowrap; }
.rate small { display: block; color: var(--soft); font-size: .8125rem; }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; text-align: inherit; cursor: pointer; }
th button::after { content: "\\2195"; opacity: .45; margin-left: .35em; font-size: .9em; }
th[aria-sort=ascending] button::after { content: "\\2191"; opacity: 1; }
th[aria-sort=descending] button::after { content: "\\2193"; opacity: 1; }
th button:hover { color: var(--ink); }
th button:focus-visible { outline: 3px solid var(--good); outline-offset: 2px; border-radius: 2px; }
.scroll { overflow-x: auto; }
figure + .scroll { margin-top: 1.25rem; }

.badge { white-space: nowrap; font-weight: 600; font-size: .875rem; }
.badge.calm { font-weight: 400; }
.badge i { font-style: normal; display: inline-block; width: 1.1em; font-size: .8em; }
.failure { font-family: var(--mono); font-size: .8125rem; line-height: 1.45; overflow-wrap: anywhere; }

article { border-top: 1px solid var(--line); padding: 1.75rem 0 .75rem; }
article > header { padding: 0; margin: 0; max-width: none; display: flex; flex-wrap: wrap; gap: .1rem .9rem; align-items: baseline; }
.charts { display: grid; grid-template-columns: minmax(0, 1.9fr) minmax(0, 1fr); gap: 1rem 2.5rem; margin: 1rem 0 1.25rem; }
.charts > figure:only-child { grid-column: 1 / -1; max-width: 46rem; }
figure { margin: 0; }
figcaption { color: var(--soft); font-size: .875rem; margin-bottom: .35rem; max-width: 46rem; }
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1.75rem 2rem; margin-top: 1.25rem; }
.multiples figcaption { color: var(--ink); }
.plot { display: block; width: 100%; height: auto; overflow: visible; }
.plot { color: var(--soft); font-family: var(--sans); }
.plot text { white-space: pre; }
.names-plot .plot { font-size: 9px; }
figure.wide-plot { max-width: 46rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: 0 0 1rem; color: var(--soft); font-size: .875rem; }
.legend svg { display: inline-block; vertical-align: -2px; margin-right: .4rem; }

pre { margin: .5rem 0 .75rem; padding: .75rem 1rem; background: var(--panel); border-radius: 6px; line-height: 1.5;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.command { display: flex; align-items: center; gap: .75rem; background: var(--panel); border-radius: 6px;
  padding: .55rem 1rem; margin: .35rem 0 .75rem; }
.command code { overflow-wrap: anywhere; flex: 1; line-height: 1.5; }
.command button, .filter input { font: inherit; font-size: .8125rem; color: var(--ink); background: var(--paper);
  border: 1px solid var(--soft); border-radius: 4px; padding: .15rem .6rem; }
.command button { cursor: pointer; flex: none; }
.filter { display: block; margin: 0 0 1rem; color: var(--soft); font-size: .875rem; }
.filter input { font-size: 1rem; margin-left: .6rem; padding: .3rem .6rem; width: 16rem; max-width: 60vw; }
.signature { margin: 1.25rem 0 0; }
.signature > h4 { font-family: var(--mono); font-size: .9rem; font-weight: 600; margin: 0 0 .25rem; overflow-wrap: anywhere; }
.signature p { font-size: .9375rem; margin: .25rem 0; }
.note { border-left: 3px solid var(--mark-odd); padding: .1rem 0 .1rem 1rem; margin: .75rem 0; max-width: 46rem; }
.note.bad { border-color: var(--mark-bad); color: inherit; }

dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1.75rem; margin: .75rem 0; font-size: .9375rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }

.strip { display: block; width: 100%; height: 16px; min-width: 8rem; }
.s-passing { fill: var(--mark-calm); } .s-flaky { fill: var(--mark-odd); } .s-failing { fill: var(--mark-bad); }
.s-skipped { fill: var(--mark-calm); } .s-invalid { fill: var(--soft); }
.nights { width: 26%; }
.tests tbody :is(th, td) { padding-block: .3rem; vertical-align: middle; border-color: var(--hair); }
.tests .rate { font-size: .875rem; }
section > h3 { margin: 1.75rem 0 .5rem; }
footer { color: var(--soft); font-size: .875rem; padding-block: 2.5rem 3rem; margin-top: 3rem; }
footer p { max-width: none; }

@media (max-width: 44rem) {
  header, nav, main, footer { padding-inline: 1rem; }
  header { padding-top: 1.5rem; }
  .headline { font-size: 1.375rem; }
  .counts { gap: .75rem 1.5rem; } .counts b { font-size: 1.375rem; }
  h2 { margin-top: 2.5rem; }
  .charts { grid-template-columns: minmax(0, 1fr); }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: .5rem; }
  .stack thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
  .stack tbody tr { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: .1rem 1rem; padding: .75rem 0;
    border-top: 1px solid var(--line); }
  .stack tbody tr > * { border: 0; padding: 0; min-width: 0; text-align: left; white-space: normal; }
  .stack tbody td[data-label]::before { content: attr(data-label); display: block; color: var(--soft); font-size: .8125rem; }
  .stack tbody td:empty { display: none; }
  .stack .rate { white-space: normal; }
  .stack tbody .wide { grid-column: 1 / -1; }
  .tests .less { display: none; }
  .tests th, .tests td { padding-right: .6rem; }
  .tests .name { font-size: .8125rem; overflow-wrap: anywhere; }
  .nights { width: 34%; } .strip { min-width: 5rem; }
  .command { flex-direction: column; align-items: flex-start; gap: .4rem; }
  .wide-plot .plot { font-size: 19px; } .names-plot .plot { font-size: 13px; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --panel: #fff; --ink: #000; --soft: #444; --line: #bbb; --hair: #ddd;
    --bad: #9c2f06; --odd: #6d4f05; --good: #084f80; --calm: #444; --mark-bad: #c8470f; --mark-odd: #d99a1c;
    --mark-good: #2b7fc0; --mark-calm: #aaa; --second: #3d6fb6; }
  @page { margin: 16mm 14mm; }
  html { font-size: 9.5pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, .skip, .filter, .command button { display: none; }
  th button { display: contents; }
  th button::after { content: none; }
  th, td { padding-right: .6rem; }
  .stack { font-size: .875rem; }
  header, main, footer { padding-inline: 0; max-width: none; }
  h2 { margin-top: 18pt; }
  pre, .command { border: 1px solid var(--line); }
  h2, h3, h4, caption, figcaption { break-after: avoid; }
  tr, figure, pre, .command { break-inside: avoid; }
  thead { display: table-header-group; }
  .charts { grid-template-columns: minmax(0, 1.9fr) minmax(0, 1fr); gap: 1rem; }
  a { color: inherit; text-decoration: none; }
  .scroll { overflow: visible; }
}
`;
