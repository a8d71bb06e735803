import { stripVTControlCharacters } from 'node:util';

/**
 * Text that cannot harm a terminal: escape sequences dropped, control characters as `^G`, those that reorder or hide text
 * as `\u202e`, tabs as one blank; without Unicode everything beyond ASCII as `\u`. Line feeds count as control characters.
 */
export function safe(text: string, unicode = true): string {
  const plain = stripVTControlCharacters(text).replaceAll('\t', ' ').replace(control, caret).replace(hidden, codePoint);
  return unicode ? plain : plain.replaceAll('…', '...').replace(beyondAscii, codePoint);
}

/** Columns a text takes on a terminal; escape sequences take none, East Asian wide characters and emoji two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) width += widthOf(segment);
  return width;
}

/** At most `width` columns of a text without escape sequences, with `ellipsis` for what was cut. */
export function clip(text: string, width: number, ellipsis: string): string {
  if (displayWidth(text) <= width) return text;
  const room = width - ellipsis.length;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += widthOf(segment);
    if (used > room) break;
    kept += segment;
  }
  return room < 0 ? '' : kept.trimEnd() + ellipsis;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

const graphemes = new Intl.Segmenter();

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const control = /[\u0000-\u001f\u007f]/g;
const hidden = /[\u0080-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const beyondAscii = /[^ -~]/gu;
const wide = /^(?:\p{Emoji_Presentation}|.\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff])/u;
const wideToo = /^[\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

function widthOf(grapheme: string): number {
  if (/^\p{M}/u.test(grapheme)) return 0;
  return wide.test(grapheme) || wideToo.test(grapheme) ? 2 : 1;
}

function caret(character: string): string {
  return `^${String.fromCharCode(character.charCodeAt(0) ^ 64)}`;
}

function codePoint(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
