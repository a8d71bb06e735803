import { accessSync, constants, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The command with nice(1) before it, where that is in the PATH: what it starts in its first moment yields as well. */
export function niced(argv: readonly string[], nice: number, path = ''): string[] {
  const found = path.split(delimiter).some((folder) => mayExecute(join(folder, 'nice')));
  return found ? ['nice', '-n', String(nice), ...argv] : [...argv];
}

/**
 * Lets the session that a process leads yield to others: under sched_autogroup a niceness counts among the processes of one
 * session only, and the session has one of its own (sched(7)). It may be refused, or the process be gone by now.
 */
export function lowerSession(pid: number, nice: number): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(nice));
  } catch {}
}

function mayExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
