import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessRow {
  pid: number;
  parent: number;
  name: string;
  /** R, S, D, T (stopped), Z, ... */
  state: string;
  /** CPU time, in clock ticks. */
  ticks: number;
  /** With the pid, who it is. */
  start: string;
}

/** Living descendants of a process. */
export function processesBelow(root: number): ProcessRow[] {
  const rows = processTable();
  const found: ProcessRow[] = [];
  for (let parents = new Set([root]); parents.size > 0; ) {
    const children = rows.filter(({ parent }) => parents.has(parent));
    found.push(...children);
    parents = new Set(children.map(({ pid }) => pid));
  }
  return found.filter(({ state }) => state !== 'Z' && state !== 'X');
}

/** Those that still live. */
export function living(rows: ProcessRow[]): ProcessRow[] {
  const now = new Map(processTable().map((row) => [row.pid, row]));
  return rows.filter(({ pid, start }) => {
    const row = now.get(pid);
    return row?.start === start && row.state !== 'Z' && row.state !== 'X';
  });
}

/** Waits until none of them lives; who is left after a long time is returned. */
export async function gone(rows: ProcessRow[]): Promise<ProcessRow[]> {
  for (let i = 0; i < 400 && living(rows).length > 0; i++) await sleep(50);
  return living(rows);
}

function processTable(): ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(rowOf)
    .filter((row) => row !== null);
}

/** See proc_pid_stat(5); the name may hold anything. */
function rowOf(pid: string): ProcessRow | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  const words = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid: Number(pid),
    parent: Number(words[1]),
    name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
    state: words[0] ?? '',
    ticks: Number(words[11]) + Number(words[12]),
    start: words[19] ?? '',
  };
}
