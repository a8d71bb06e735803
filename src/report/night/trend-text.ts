import type { LineageSignature, PastNightCell } from '../../model/history.ts';
import { rateInterval } from '../../stats/interval.ts';
import { safe } from '../display-text.ts';
import { prose, widestReading } from '../labelled.ts';
import { plural, rateText } from '../quantities.ts';
import { type Appearance, type Style, styleOf } from '../style.ts';
import { textTable } from '../text-table.ts';
import { seen } from './seen.ts';
import { sparkline } from './sparkline.ts';

/** Nights of a test, or of a failure wherever it was seen. */
export interface Trend {
  kind: 'test' | 'signature';
  subject: string;
  /** The oldest night first; of a signature, with no other failures in them. */
  cells: PastNightCell[];
  /** The one seen last first. */
  signatures: LineageSignature[];
}

/** The trend for a terminal: for each place and condition a line a night, and when each failure was seen. */
export function renderTrend({ kind, subject, cells, signatures }: Trend, screen: Appearance): string {
  const style = styleOf(screen);
  const many = new Set(cells.map(({ cell }) => cell.test)).size > 1;
  const lines = [style.strong(`${kind} ${safe(subject, screen.unicode)}`)];
  for (const group of grouped(cells)) lines.push('', ...groupLines(group, many, screen, style));
  if (signatures.length > 0) {
    lines.push('', style.strong('seen'), ...signatures.flatMap((one) => signatureLines(one, screen, style)));
  }
  return `${lines.join('\n')}\n`;
}

/** Nights that may be compared: of one test, suite, machine class and condition. */
function grouped(cells: readonly PastNightCell[]): PastNightCell[][] {
  const groups = new Map<string, PastNightCell[]>();
  for (const past of cells) {
    const { suite, machineClass, cell } = past;
    const key = JSON.stringify([cell.test, suite, machineClass, cell.condition]);
    groups.set(key, [...(groups.get(key) ?? []), past]);
  }
  const tests = [...new Set(cells.map(({ cell }) => cell.test))];
  const place = ([first]: PastNightCell[]) => tests.indexOf(first?.cell.test ?? '');
  return [...groups.values()].sort((a, b) => place(a) - place(b) || Number(isPlain(b)) - Number(isPlain(a)));
}

/** What is likely comes before what is possible. */
function isPlain([first]: PastNightCell[]): boolean {
  return first?.cell.condition === 'plain';
}

function groupLines(group: PastNightCell[], many: boolean, screen: Appearance, style: Style): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const counts = group.map(({ cell }) => seen(cell));
  const { cell, suite, machineClass } = first;
  const what = many ? `${cell.test} under ${cell.condition}` : `under ${cell.condition}`;
  const { head, rows } = textTable([
    { title: 'night', cells: group.map(({ started }) => started.slice(0, 16).replace('T', ' ')) },
    { title: 'commit', cells: group.map(({ commit }) => commit?.slice(0, 12) ?? '-') },
    { title: 'runs', cells: counts.map(({ runs }) => String(runs)), right: true },
    { title: 'failed', cells: counts.map(({ failures }) => String(failures)), right: true },
    { title: 'rate', cells: group.map((past, at) => rateOf(past, counts[at])) },
  ]);
  const title = `${style.strong(safe(what, screen.unicode))}  ${sparkline(counts, screen.unicode)}`;
  return [
    title,
    ...prose(safe(`${suite}, ${machineClass}`, screen.unicode), Math.min(screen.columns, widestReading), 2),
    ...[head, ...rows].map((row) => `  ${row}`),
  ];
}

function rateOf({ cell }: PastNightCell, counts: { failures: number; runs: number } | undefined): string {
  if (counts === undefined || counts.runs === 0) return cell.reason === null ? 'no runs' : `no runs: ${cell.reason}`;
  return rateText(rateInterval(counts.failures, counts.runs));
}

function signatureLines(one: LineageSignature, screen: Appearance, style: Style): string[] {
  const { signature, test, firstSeen, lastSeen, count } = one;
  const place = ({ started, commit, night }: LineageSignature['firstSeen']) =>
    `${started.slice(0, 10)}${commit === null ? '' : ` at ${commit.slice(0, 12)}`} (${night})`;
  const when =
    firstSeen.night === lastSeen.night
      ? `in ${place(firstSeen)}`
      : `first ${place(firstSeen)}, last ${place(lastSeen)}`;
  const width = Math.min(screen.columns, widestReading);
  return [
    ...prose(style.bad(safe(signature.title, screen.unicode)), width, 2),
    ...prose(`${signature.id} of ${safe(test, screen.unicode)}, ${plural(count, 'time')}: ${when}`, width, 4),
  ];
}
