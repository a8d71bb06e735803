import { clip, safe } from './display-text.ts';
import type { Appearance, Style } from './style.ts';

/** Lines of a run's output, set off by `indent` blanks, none wider than the screen. */
export function excerptLines(excerpt: string, indent: number, { columns }: Appearance, style: Style): string[] {
  if (excerpt === '') return [];
  return excerpt
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => clip(safe(line.trimEnd(), style.unicode), columns - indent, style.ellipsis))
    .map((line) => `${' '.repeat(indent)}${line}`.trimEnd());
}
