/**
 * Text fit for a terminal or a report: control characters as `^@` (as `cat -v` shows them), those that reorder or hide
 * text as `\u202e`, tabs as one space.
 */
export function visible(text: string): string {
  return text
    .replaceAll('\t', ' ')
    .replace(control, (character) => `^${String.fromCharCode(character.charCodeAt(0) ^ 64)}`)
    .replace(invisible, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** At most `length` characters, with an ellipsis for what was cut. */
export function clip(text: string, length: number): string {
  const characters = Array.from(text.length > length ? text.slice(0, 2 * length) : text);
  return characters.length <= length
    ? text
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const control = /[\u0000-\u001f\u007f]/g;

const invisible = /[\u0080-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
