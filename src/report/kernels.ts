import { clip, safe } from './display-text.ts';
import { agoText, bytesText, plural } from './quantities.ts';
import { type Appearance, type Style, styleOf } from './style.ts';
import { type TextColumn, textTable } from './text-table.ts';

/** One kernel in the list of `flakehunt kernels`. */
export interface KernelRow {
  where: 'cache' | 'installed' | 'debian';
  /** As it is named to flakehunt. */
  spec: string;
  /** `uname -r`. */
  release: string;
  /** As upstream counts; null: not known. */
  version: string | null;
  /** Name and version of its package. */
  package: string | null;
  /** Of Debian. */
  suites: string[];
  /** Path; null: it is to be fetched. */
  image: string | null;
  /** On disk, or to be fetched. */
  bytes: number | null;
  /** Milliseconds since 1970, of one in the cache. */
  lastUsedMs: number | null;
}

export interface KernelsFound {
  pattern: string | null;
  /** When Debian's lists were looked at, milliseconds since 1970; null: they were not. */
  lookedMs: number | null;
  rows: readonly KernelRow[];
}

type Cells = (row: KernelRow) => string;

const naming =
  'A kernel is named by its path, by its release where it is installed, or by a pattern: deb:6.12.* is the newest of 6.12.';

/** The kernels by where they are, the newest first, and how to name them. */
export function renderKernels({ pattern, lookedMs, rows }: KernelsFound, nowMs: number, screen: Appearance): string {
  const style = styleOf(screen);
  const column = (list: KernelRow[], title: string, cell: Cells, right = false): TextColumn => {
    return { title, cells: list.map((row) => safe(cell(row), style.unicode)), right };
  };
  const section = (where: KernelRow['where'], title: string, last: [string, Cells]) => {
    const list = rows.filter((row) => row.where === where);
    if (list.length === 0) return [];
    const columns = [column(list, 'named', ({ spec }) => spec), column(list, ...last)];
    // The release of an installed one is its name, and what it takes is not ours.
    if (where !== 'installed')
      columns.splice(1, 0, column(list, 'release', shortRelease), column(list, 'size', size, true));
    return [style.strong(title), ...tableLines(columns, screen.columns, style), ''];
  };
  const date = new Date(lookedMs ?? nowMs).toISOString().slice(0, 10);
  const matching = pattern === null ? '' : ` matching ${safe(pattern, style.unicode)}`;
  const asked = lookedMs === null ? ' (Debian was not asked)' : '';
  return [
    ...section('cache', 'In the cache', ['last used', ({ lastUsedMs }) => agoText(nowMs - (lastUsedMs ?? nowMs))]),
    ...section('installed', 'Installed', ['image', ({ image }) => image ?? '']),
    ...section('debian', `From Debian, as of ${date}`, ['suites', ({ suites }) => suites.join(', ')]),
    `${rows.length === 0 ? 'No kernel' : plural(rows.length, 'kernel')}${matching}${asked}.`,
    ...(rows.length === 0 ? [] : [naming]),
    '',
  ].join('\n');
}

function tableLines(columns: TextColumn[], width: number, { ellipsis }: Style): string[] {
  const { head, rows } = textTable(columns);
  return [head, ...rows].map((line) => `  ${clip(line, width - 2, ellipsis)}`);
}

/** All that come from Debian are of one flavour. */
function shortRelease({ release }: KernelRow): string {
  return release.replace(/-cloud-amd64$/, '');
}

function size({ bytes }: KernelRow): string {
  return bytes === null ? '' : bytesText(bytes);
}
