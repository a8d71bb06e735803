import type { SignatureSummary } from '../model/summary.ts';
import type { Verdict } from '../model/verdict.ts';
import { clip, displayWidth, padEnd, padStart, safe } from './display-text.ts';
import { rateText } from './quantities.ts';
import type { Appearance, Style } from './style.ts';

/**
 * One line a signature; the numbers are those of the sections that follow.
 * @param base of several conditions the one whose rate is told; null where there is one
 * @param mark stands beside the rates: accelMark
 */
export function signatureTable(
  signatures: readonly SignatureSummary[],
  base: string | null,
  mark: string,
  screen: Appearance,
  style: Style,
): string[] {
  const rateTitle = base === null ? `rate${mark}, 95 % interval` : `rate${mark} under ${base}, 95 %`;
  const head = ['', 'verdict', 'runs', rateTitle, 'first'];
  const rows = signatures.map((row, index) => [
    String(index + 1),
    row.verdict,
    String(row.count),
    tableRate(row, base),
    String(row.firstRun),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => displayWidth(row[i] ?? ''))));
  const line = (cells: string[]) =>
    cells.map((cell, i) => (i === 0 || i === 2 || i === 4 ? padStart : padEnd)(cell, widths[i] ?? 0)).join('  ');
  const room = screen.columns - widths.reduce((sum, width) => sum + width + 2, 0);
  const titles = signatures.map(({ signature }) => clip(safe(signature.title, style.unicode), room, style.ellipsis));
  return [
    `${line(head)}  signature`,
    ...rows.map((row, i) => `${paintVerdict(line(row), signatures[i]?.verdict ?? 'fail', style)}  ${titles[i]}`),
  ];
}

export function verdictPaint(verdict: Verdict, style: Style): (text: string) => string {
  if (verdict === 'fail' || verdict === 'hang') return style.bad;
  return verdict === 'masked' || verdict === 'invalid' ? style.odd : (text) => text;
}

function paintVerdict(line: string, verdict: Verdict, style: Style): string {
  return line.replace(verdict, () => verdictPaint(verdict, style)(verdict));
}

function tableRate({ always, rates }: SignatureSummary, base: string | null): string {
  if (always) return 'always';
  const [only, ...others] = base === null ? rates : rates.filter(({ stratum }) => stratum.condition === base);
  if (only === undefined) return 'not measured';
  return others.length === 0 ? rateText(only.rate) : 'see below';
}
