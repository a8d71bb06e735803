import type { Release } from '../model/replay.ts';

/** The supervisor leaves out what would make a trace longer than this (TRACE_CAP less the longest line). */
const cutFrom = 65_536 - 180;

/** The calls of one run in the order they were let go. */
export interface Trace {
  /** One a call, as the supervisor wrote it. */
  lines: string[];
  /** Later calls were left out. */
  cut: boolean;
}

/** Splits the lines of a trace record. */
export function readTrace(text: string): Trace {
  return { lines: text.split('\n').slice(0, -1), cut: text.length > cutFrom };
}

/** What names a call in every run with the same schedule: PEDIGREE/EPOCH CALL SITE K. */
export function keyOf(line: string): string {
  return line.split(' ', 4).join(' ');
}

export function parseRelease(line: string): Release {
  const [strand = '', call = '', site = '', , , released] = line.split(' ');
  return { thread: strand.split('/')[0] ?? '', call, site, releasedUs: Number(released) };
}
