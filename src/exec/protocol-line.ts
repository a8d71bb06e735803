import { EngineError } from '../errors.ts';

/** One line of the supervisor protocol: a verb and its fields, values as raw bytes in latin1 strings. */
export interface ProtocolLine {
  verb: string;
  fields: Map<string, string>;
}

/**
 * Reads one line (without its LF) of the grammar in src/native/PROTOCOL.md. Field values stay percent-encoded.
 * @throws EngineError when the line is not of the grammar.
 */
export function parseLine(line: string): ProtocolLine {
  const [verb, ...pairs] = line.split(' ');
  if (verb === undefined || !/^[a-z-]+$/.test(verb)) throw malformed(line);
  const fields = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const key = pair.slice(0, equals);
    if (equals < 1 || !/^[a-z_]+$/.test(key) || fields.has(key)) throw malformed(line);
    fields.set(key, pair.slice(equals + 1));
  }
  return { verb, fields };
}

/** Writes one line, LF included; values are percent-encoded as UTF-8, undefined fields are left out. */
export function formatLine(verb: string, fields: Record<string, string | number | undefined>): string {
  const parts = [verb];
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) parts.push(`${key}=${encodeValue(String(value))}`);
  }
  return `${parts.join(' ')}\n`;
}

/** Percent-encodes every UTF-8 byte outside 0x21..0x7E and "%" itself. */
export function encodeValue(text: string): string {
  if (/^[!-$&-~]*$/.test(text)) return text;
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x25;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** The bytes a value stands for. @throws EngineError on a broken escape. */
export function decodeBytes(value: string): Uint8Array {
  const bytes = Buffer.allocUnsafe(value.length);
  let length = 0;
  for (let i = 0; i < value.length; i++) {
    let code = value.charCodeAt(i);
    if (code === 0x25) {
      const digits = value.slice(i + 1, i + 3);
      if (!/^[0-9A-F]{2}$/.test(digits)) throw malformed(value);
      code = Number.parseInt(digits, 16);
      i += 2;
    }
    bytes[length++] = code;
  }
  return bytes.subarray(0, length);
}

function malformed(line: string): EngineError {
  return new EngineError(
    `The supervisor wrote a line that is not of its protocol: ${JSON.stringify(line.slice(0, 120))}.`,
  );
}
