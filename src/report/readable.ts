import { safe } from './display-text.ts';

/**
 * Text of any origin as every format can hold it: escape sequences are dropped, control and hidden characters become visible
 * (`^G`, `\u202e`), lone surrogates and noncharacters U+FFFD. Lines stay lines, ended by LF.
 */
export function readable(text: string): string {
  return text.replaceAll('\r\n', '\n').split('\n').map(readableLine).join('\n');
}

/** The same on one line. */
export function readableLine(text: string): string {
  return safe(text).replace(unusable, '\ufffd');
}

/** At most `bytes` bytes of UTF-8 from the end, where a failing program says why; whole lines where there are some. */
export function tailOf(text: string, bytes: number): string {
  const whole = Buffer.from(text);
  if (whole.length <= bytes) return text;
  const cut = '[...]\n';
  const tail = whole.subarray(whole.length - bytes + cut.length);
  // Continuation bytes of a character that was cut in two.
  const start = tail.findIndex((byte) => (byte & 0xc0) !== 0x80);
  const kept = tail.subarray(Math.max(0, start)).toString();
  const lineFeed = kept.indexOf('\n');
  return cut + (lineFeed === -1 || lineFeed === kept.length - 1 ? kept : kept.slice(lineFeed + 1));
}

/** What well-formed Unicode, and XML, do not have. */
const unusable = /[\p{Surrogate}\p{Noncharacter_Code_Point}]/gu;
