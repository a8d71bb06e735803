import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Text of a file of /proc, /sys or /etc without the blanks around it; null when it cannot be read. */
export type ReadSystemFile = (path: string) => string | null;

/** Reads below `root`: `/` on a real machine, a folder with copies in a test. */
export function systemFiles(root = '/'): ReadSystemFile {
  return (path) => {
    try {
      return readFileSync(join(root, path), 'utf8').trim();
    } catch {
      return null;
    }
  };
}

/** The value behind `key:` in a file such as /proc/self/status. */
export function field(text: string | null, key: string): string | null {
  const line = text?.split('\n').find((candidate) => candidate.split(':')[0]?.trim() === key);
  return line === undefined ? null : line.slice(line.indexOf(':') + 1).trim();
}

/** A file that holds one number. */
export function numberIn(text: string | null): number | null {
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : null;
}

/** One row of /proc/self/limits: soft and hard, null for unlimited; null as a whole when the row is missing. */
export function limitIn(limits: string | null, name: string): { soft: number | null; hard: number | null } | null {
  const row = limits?.split('\n').find((line) => line.startsWith(name));
  const [soft, hard] = row?.slice(name.length).trim().split(/\s+/) ?? [];
  if (soft === undefined || hard === undefined) return null;
  return { soft: limitValue(soft), hard: limitValue(hard) };
}

function limitValue(text: string): number | null {
  return text === 'unlimited' ? null : Number(text);
}
