import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, RunningCall } from './flakehunt.ts';

/** A mark for the environment of a call, which everything that it starts inherits. */
export interface Mark {
  env: Record<string, string>;
  /** Waits until no process carries the mark. @throws Error that names those which stay. */
  allGone(): Promise<void>;
}

let marks = 0;

export function newMark(): Mark {
  const value = `${process.pid}.${++marks}`;
  const carriers = () => pids().filter((pid) => text(`/proc/${pid}/environ`).includes(`FLAKEHUNT_E2E_MARK=${value}\0`));
  return {
    env: { FLAKEHUNT_E2E_MARK: value },
    async allGone() {
      for (let look = 0; carriers().length > 0; look++) {
        if (look === 400) throw new Error(`still there: ${carriers().map(commandLine).join(', ')}`);
        await sleep(50);
      }
    },
  };
}

/** Waits until the newest hunt of the place has runs in its log. @throws Error when the call ends before. */
export async function underWay(place: Bench, call: RunningCall): Promise<void> {
  await until(call, () => place.events().some((event) => event.type === 'tally'));
}

/** Waits until something holds; an error while looking means that it does not hold yet. @throws Error when the call ends before. */
export async function until(call: RunningCall, holds: () => boolean): Promise<void> {
  while (!quietly(holds)) {
    if (call.exitCode !== null || call.signalCode !== null) {
      const { exitCode, stderr } = await call;
      throw new Error(`flakehunt ended with ${exitCode} too early: ${stderr}`);
    }
    await sleep(20);
  }
}

export function childrenOf(parent: number | undefined): number[] {
  return pids()
    .filter((pid) => text(`/proc/${pid}/stat`).replace(/^.*\)/s, '').split(' ')[2] === String(parent))
    .map(Number);
}

/** Processes whose command line holds the text. */
export function withCommandLine(part: string): string[] {
  return pids().filter((pid) => commandLine(pid).includes(part));
}

function commandLine(pid: string): string {
  return text(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

function pids(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function quietly(holds: () => boolean): boolean {
  try {
    return holds();
  } catch {
    return false;
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
