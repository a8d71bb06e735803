import { open, readFile } from 'node:fs/promises';
import type { SourceFrame } from '../model/explain.ts';
import { runChild } from './child.ts';
import type { SourceContext } from './context.ts';
import { linkedAddress } from './file-address.ts';

/** A place in a file that code was loaded from, behind a call. */
export interface CodePlace {
  module: string;
  offset: bigint;
}

/** Program headers lie at the front. */
const headerBytes = 8192;
const patienceMs = 20_000;

/**
 * Functions and lines of places in code, those that were inlined there included (addr2line of binutils). Without debug
 * information, or without addr2line, module and offset are all there is.
 */
export async function sourceFrames(places: readonly CodePlace[], context: SourceContext): Promise<SourceFrame[][]> {
  const frames: SourceFrame[][] = [];
  for (const place of places) frames.push(await framesOf(place, context));
  return frames;
}

async function framesOf({ module, offset }: CodePlace, context: SourceContext): Promise<SourceFrame[]> {
  const bare = { function: null, file: null, line: null, module, offset: `0x${offset.toString(16)}`, inlined: false };
  // The place is behind the call; the call itself ends one byte before.
  const address = linkedAddress(await firstBytes(module), offset - 1n);
  if (address === null) return [bare];
  const argv = ['addr2line', '-e', module, '-i', '-f', '-C', `0x${address.toString(16)}`];
  const { ending, stdout } = await runChild(argv, {
    ...{ cwd: '/', signal: context.signal, limitMs: patienceMs },
    env: { PATH: context.env.PATH ?? '', LC_ALL: 'C' },
  });
  if (ending.kind !== 'exit' || ending.code !== 0) return [bare];
  const told = readFrames(stdout).map((frame) => ({ ...bare, ...frame }));
  return told.length === 0 ? [bare] : told;
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path).catch(() => null);
  if (file === null) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Two lines a frame, the innermost first: its function, and FILE:LINE; `?` for what is not known. */
export function readFrames(output: string): Pick<SourceFrame, 'function' | 'file' | 'line' | 'inlined'>[] {
  const lines = output.split('\n').filter((line) => line !== '');
  const count = Math.floor(lines.length / 2);
  return Array.from({ length: count }, (_, at) => {
    const name = lines[2 * at] ?? '??';
    const [, file = '??', line = '?'] =
      /^(.*):(\d+|\?)(?: \(discriminator \d+\))?$/.exec(lines[2 * at + 1] ?? '') ?? [];
    return {
      function: name === '??' ? null : name,
      file: file === '??' ? null : file,
      line: line === '?' || line === '0' ? null : Number(line),
      inlined: at < count - 1,
    };
  });
}

const around = 2;

/** The lines around one, if the file is at hand. */
export async function sourceExcerpt(file: string, line: number): Promise<{ number: number; text: string }[]> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return [];
  const lines = text.split('\n');
  const first = Math.max(1, line - around);
  return lines
    .slice(first - 1, line + around)
    .map((content, index) => ({ number: first + index, text: content.replace(/\s+$/, '') }));
}
