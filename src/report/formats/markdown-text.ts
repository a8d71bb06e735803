import { readable, readableLine, tailOf } from '../readable.ts';

/** Text of any origin as prose: nothing in it is markup, a mention, or a reference to an issue. */
export function markdownText(text: string): string {
  return (
    readableLine(text)
      .replace(/[\\`*[\]<>|~$&]|(?<!\w)_|_(?!\w)|#(?=\d)|^[-+#]/g, '\\$&')
      // A blank of no width parts what would ping somebody.
      .replace(/@(?=\w)/g, '@\u200b')
  );
}

/** The same as code, also in the cell of a table. */
export function markdownCode(text: string): string {
  const line = readableLine(text).trim() || ' ';
  const fence = '`'.repeat(1 + longestRun(line));
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line.replaceAll('|', '\\|')}${pad}${fence}`;
}

/** Lines as a block of code; of long ones the end. */
export function markdownBlock(text: string, mostBytes: number, language = ''): string[] {
  const kept = tailOf(readable(text).trimEnd(), mostBytes);
  const fence = '`'.repeat(Math.max(3, 1 + longestRun(kept)));
  return [`${fence}${language}`, ...kept.split('\n'), fence];
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
}
