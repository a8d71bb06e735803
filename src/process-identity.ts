import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * One process, for good: a pid alone is reused, so the time it started (clock ticks since boot), the boot, the pid
 * namespace in which the number holds, and the host go with it.
 */
export interface ProcessIdentity {
  pid: number;
  start: string;
  boot: string;
  namespace: string;
  host: string;
}

/** `unknown`: it runs, or ran, where this process cannot look (another container, another host). */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    start: startTime(process.pid) ?? '0',
    boot: readText('/proc/sys/kernel/random/boot_id') ?? 'unknown',
    namespace: /\d+/.exec(readLink('/proc/self/ns/pid') ?? '')?.[0] ?? '0',
    host: hostname().replace(/[^\w.-]/g, '_'),
  };
}

/** Whether `other` still runs, as far as `own` can see. */
export function liveness(other: ProcessIdentity, own: ProcessIdentity = ownIdentity()): Liveness {
  if (other.boot !== own.boot) return other.host === own.host ? 'dead' : 'unknown';
  if (other.namespace !== own.namespace) return 'unknown';
  const start = startTime(other.pid);
  if (start !== null) return start === other.start ? 'alive' : 'dead';
  return exists(other.pid) ? 'alive' : 'dead';
}

/** One word without blanks; `parseIdentity` reads it back. */
export function formatIdentity({ pid, start, boot, namespace, host }: ProcessIdentity): string {
  return [pid, start, boot, namespace, host].join(':');
}

/** Null when the text is not what `formatIdentity` writes. */
export function parseIdentity(text: string): ProcessIdentity | null {
  const match = /^(\d+):(\d+):([^:/]+):(\d+):([\w.-]*)$/.exec(text);
  if (match === null) return null;
  const [, pid = '', start = '', boot = '', namespace = '', host = ''] = match;
  return { pid: Number(pid), start, boot, namespace, host };
}

/** Field 22 of /proc/PID/stat, null when there is no such process or it is a zombie. See proc_pid_stat(5). */
function startTime(pid: number): string | null {
  // The command name (field 2) may hold blanks and parentheses: count from its last one.
  const fields = readText(`/proc/${pid}/stat`)
    ?.replace(/^.*\)\s+/s, '')
    .split(' ');
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return null;
  return fields[19] ?? null;
}

/** For processes of other users on a /proc mounted with hidepid. A zombie, whose stat can be read, does not count. */
function exists(pid: number): boolean {
  if (readText(`/proc/${pid}/stat`) !== null) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
