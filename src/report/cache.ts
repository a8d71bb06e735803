import type { CacheEntry, CacheUsage, Pruned } from '../model/cache.ts';
import type { Screen } from '../model/settings.ts';
import { agoText, bytesText } from './quantities.ts';

type Size = Pick<Screen, 'columns'>;

const kinds: CacheEntry['kind'][] = ['build', 'mirror', 'lab', 'snapshot', 'kernel', 'supervisor', 'log', 'leftover'];

/** What the cache holds: one line an entry, newest use first within its kind, then the sum and what pruning would do. */
export function renderCacheUsage(usage: CacheUsage, due: readonly CacheEntry[], nowMs: number, screen: Size): string {
  const { path, entries } = usage;
  if (entries.length === 0) return `The cache (${path}) is empty.\n`;
  const goes = due.filter((entry) => !entry.inUse);
  const advice =
    goes.length === 0
      ? 'Nothing has been unused for 30 days. `flakehunt cache --prune --all` removes everything that is not in use.'
      : `\`flakehunt cache --prune\` removes ${summary(goes)}: unfinished, or unused for 30 days.`;
  return [...table(entries, nowMs, screen), '', `${summary(entries)} in ${path}`, advice, ''].join('\n');
}

/** What a pruning removed, or would remove. */
export function renderPruned(pruned: Pruned, dryRun: boolean, nowMs: number, screen: Size): string {
  const { removed, inUse } = pruned;
  const did = dryRun ? 'Would remove' : 'Removed';
  const lines = removed.length === 0 ? ['Nothing to remove.'] : table(removed, nowMs, screen);
  if (removed.length > 0) lines.push('', `${did} ${summary(removed)}.`);
  if (inUse.length > 0) lines.push(`Left alone, because a running flakehunt needs it: ${summary(inUse)}.`);
  if (dryRun && removed.length > 0) lines.push('Without --dry-run this removes it.');
  return `${lines.join('\n')}\n`;
}

/** The last column takes what the screen has left; it is cut at its end, never wrapped. */
function table(entries: readonly CacheEntry[], nowMs: number, { columns }: Size): string[] {
  const rows = [...entries]
    .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || b.lastUsedMs - a.lastUsedMs)
    .map((entry) => [entry.kind, bytesText(entry.bytes), used(entry, nowMs), title(entry)] as const);
  const width = (column: 0 | 1 | 2, head: string) => Math.max(head.length, ...rows.map((row) => row[column].length));
  const [kind, size, use] = [width(0, 'kind'), width(1, 'size'), width(2, 'last used')];
  const rest = Math.max(16, columns - (kind + size + use + 6));
  return [['kind', 'size', 'last used', 'what'] as const, ...rows].map(
    (row) => `${row[0].padEnd(kind)}  ${row[1].padStart(size)}  ${row[2].padEnd(use)}  ${cut(row[3], rest)}`,
  );
}

function title({ title: text, whole, kind }: CacheEntry): string {
  return whole || kind === 'leftover' ? text : `${text} (unfinished)`;
}

function used({ inUse, lastUsedMs }: CacheEntry, nowMs: number): string {
  if (inUse) return 'in use';
  return agoText(nowMs - lastUsedMs);
}

function summary(entries: readonly CacheEntry[]): string {
  const sum = entries.reduce((total, entry) => total + entry.bytes, 0);
  return `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}, ${bytesText(sum)}`;
}

function cut(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, width - 3).join('')}...`;
}
