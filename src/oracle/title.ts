import { strerrorAtEnd } from './errno.ts';
import { findErrnos } from './errno-context.ts';
import { isConclusion } from './line-kinds.ts';
import { withoutPrefix } from './normalise.ts';
import { clip, visible } from './visible.ts';

const longestTitle = 100;

/**
 * One line for a person out of failing lines, in order of appearance: the first, the next one that carries an error, and
 * what was concluded from them: `wait cqe -17 (EEXIST) > test_disabled_ring failed`. Of several conclusions the innermost
 * that names a function is taken, callers only repeat it; where none does, the innermost and the outermost. Numbers are
 * the first sighting's; only long ones and addresses are left out.
 */
export function titleOf(lines: string[]): string {
  const rest = lines.slice(1);
  const conclusions = rest.filter(isConclusion);
  const named = conclusions.find((line) => /\w_\w/.test(line));
  const concluding = named === undefined ? [conclusions[0], conclusions.at(-1)] : [named];
  const chosen = new Set([lines[0], rest.find(carriesError), ...concluding]);
  return joinTitle([...new Set(lines.filter((line) => chosen.has(line)).map(displayLine))]);
}

function carriesError(line: string): boolean {
  return findErrnos(line).length > 0 || strerrorAtEnd(line) !== null;
}

/** Parts joined by ` > `, all of them shortened so that the whole has at most 100 characters. */
export function joinTitle(parts: string[]): string {
  const separators = 3 * (parts.length - 1);
  const longest = [...parts].sort((a, b) => b.length - a.length)[0] ?? '';
  const others = parts.join('').length - longest.length;
  const room = Math.max(longestTitle - separators - others, Math.floor((longestTitle - separators) / parts.length));
  return parts.map((part) => clip(part, room)).join(' > ');
}

/** A line as titles show it: errnos named, folders, addresses and long numbers left out. */
export function displayLine(line: string): string {
  return visible(nameErrnos(withoutPrefix(line)))
    .replace(/(?<![\w.)\]])\.{0,2}\/(?:[\w.+@%~-]+\/)*(?=[\w.+@%~-])/g, '')
    .replace(/0x[0-9a-fA-F]{6,}/g, '0x…')
    .replace(/(?<![\w.-])[0-9]{6,}(?![\w.])/g, 'N')
    .replace(/\s+/g, ' ')
    .trim();
}

/** `wait cqe -17` to `wait cqe -17 (EEXIST)`; `open: No such file or directory` gets ` (ENOENT)`. */
function nameErrnos(line: string): string {
  let named = '';
  let from = 0;
  for (const hit of findErrnos(line)) {
    named += line.slice(from, hit.end) + (line.includes(hit.name) ? '' : ` (${hit.name})`);
    from = hit.end;
  }
  named += line.slice(from);
  const worded = strerrorAtEnd(line);
  return worded === null || named.includes(worded.name) ? named : `${named.trimEnd()} (${worded.name})`;
}
