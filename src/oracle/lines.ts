import type { Output } from '../model/outcome.ts';
import { shapedPieces } from './shape.ts';

/** Longer lines count as several: no pattern, ours or a suite's, can then take more than a moment on one. */
const longestLine = 1024;

/**
 * The lines of an output: invalid UTF-8 replaced, terminal sequences removed, long lines in pieces. Where the middle of the
 * output was dropped, the torn lines on both sides of the gap are left out.
 */
export function outputLines(output: Output): string[] {
  const { bytes, cutAt } = output;
  if (cutAt === null) {
    return splitLines(decode(bytes));
  }
  const head = decode(bytes.subarray(0, cutAt));
  const tail = decode(bytes.subarray(cutAt));
  return [...splitLines(withoutLastLine(head)), ...splitLines(withoutFirstLine(tail))];
}

/** Lines of a text that is decoded already, cleaned in the same way. */
export function splitLines(text: string): string[] {
  return text.split(/\r?\n|\r/).flatMap((line) => {
    const clean = line.includes('\u001b') ? line.replace(terminalSequence, '') : line;
    return clean.length <= longestLine ? [clean] : shapedPieces(clean, longestLine);
  });
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}

function withoutLastLine(text: string): string {
  const end = text.lastIndexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}

function withoutFirstLine(text: string): string {
  const start = text.indexOf('\n');
  return start < 0 ? text : text.slice(start + 1);
}

// CSI sequences (ECMA-48: parameters, intermediates, final byte), which colours are made of.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
const terminalSequence = /\u001b\[[0-?]*[ -/]*[@-~]/g;
