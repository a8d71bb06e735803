import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { EnvironmentError } from '../errors.ts';
import type { HaltRecord } from '../model/engine.ts';
import { field, systemFiles } from './system-files.ts';

/** gdb, and what it is started with. */
export interface Debugger {
  gdb: string;
  /** The supervisor's program, through which gdb is started so that it dies with us; null: without. */
  supervisor: string | null;
  env: Record<string, string>;
  /** Ends gdb. */
  signal: AbortSignal;
}

/** Hands the terminal over to gdb, attached to a run that stands still, at the thread that failed; until the user leaves it. */
export async function debugRun({ pid, thread }: Pick<HaltRecord, 'pid' | 'thread'>, how: Debugger): Promise<void> {
  // A gdb without Python says so, and stays at the first thread.
  const choose = `python [one.switch() for one in gdb.selected_inferior().threads() if one.ptid[1] == ${thread}]`;
  await debug(['-p', processOf(thread) ?? String(pid), '-ex', choose, '-ex', goOn, ...look], how);
}

/** The test may have started the process that failed. */
function processOf(thread: number): string | null {
  return field(systemFiles()(`/proc/${thread}/status`), 'Tgid');
}

/** The same with what a crashed run left behind. */
export async function debugCore(program: string, core: string, how: Debugger): Promise<void> {
  await debug([program, core, ...look], how);
}

/** All its threads were stopped by this signal; `continue` and `step` are not to meet it again. */
const goOn = 'python gdb.execute("handle SIGSTOP nostop noprint nopass", to_string=True)';

/** Leaving gdb asks nothing: the run is over then in any case. */
const look = ['-ex', 'set confirm off', '-ex', 'set pagination off', '-ex', 'backtrace'];

const farewellMs = 1000;

async function debug(args: string[], { gdb, supervisor, env, signal }: Debugger): Promise<void> {
  const [program = '', ...words] = [...(supervisor === null ? [] : [supervisor, '--leash', '--']), gdb, '-q', ...args];
  const child = spawn(program, words, { env, stdio: 'inherit' });
  let giveUp: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill('SIGTERM');
    giveUp = setTimeout(() => child.kill('SIGKILL'), farewellMs);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    if (signal.aborted) end();
    await once(child, 'exit');
  } catch (error) {
    throw new EnvironmentError(`${gdb} does not start (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  } finally {
    clearTimeout(giveUp);
    signal.removeEventListener('abort', end);
  }
}
