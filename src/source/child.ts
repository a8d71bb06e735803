import { setMaxListeners } from 'node:events';
import { execa } from 'execa';
import { lowerSession, niced } from './lower-priority.ts';
import { type Overdue, watchTime } from './watch-time.ts';

export interface ChildOptions {
  cwd: string;
  /** The child's whole environment. */
  env: Record<string, string>;
  signal: AbortSignal;
  /** File descriptor that takes stdout and stderr; without it both come back as text. */
  output?: number;
  /** It is ended when it prints nothing for this long. */
  silenceMs?: number;
  /** It is ended after this long in any case. */
  limitMs?: number;
  /** What it reads; without it stdin is empty. */
  input?: string;
  /** The text has one character for each byte of output, instead of being decoded from UTF-8. */
  bytes?: boolean;
  /** How much more than we do it yields to others, 1 to 19. */
  nice?: number;
}

export interface ChildResult {
  /** `spawn` carries the error code (`ENOENT`: no such command). */
  ending:
    | { kind: 'exit'; code: number }
    | { kind: 'signal'; name: string }
    | { kind: 'timeout'; after: Overdue }
    | { kind: 'spawn'; code: string };
  stdout: string;
  stderr: string;
}

/** Between asking a group to end and killing it. */
const graceMs = 2000;

/**
 * Runs one command without a shell in a session of its own, so that Ctrl-C at the terminal reaches only us, ssh finds no
 * terminal to ask passwords on, and the whole group can be killed at once.
 * @throws the signal's reason when it is aborted; the group is dead by then.
 */
export async function runChild(argv: readonly string[], options: ChildOptions): Promise<ChildResult> {
  const { cwd, env, signal, output, input, bytes = false, nice = 0 } = options;
  signal.throwIfAborted();
  // Several builds at a time, each with a few children, listen to one signal; that is no leak.
  setMaxListeners(0, signal);
  const [command = '', ...args] = nice > 0 ? niced(argv, nice, env.PATH) : argv;
  // Any descriptor works; execa's types know only those up to 9.
  const stream = output === undefined ? 'pipe' : (output as 3);
  const guard = postGuard();
  const child = execa(command, args, {
    cwd,
    env,
    extendEnv: false,
    detached: true,
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    stdout: stream,
    stderr: stream,
    encoding: bytes ? 'latin1' : 'utf8',
  });
  const group = child.pid;
  if (group === undefined) {
    guard.dismiss();
    return { ending: ending(await child), stdout: '', stderr: '' };
  }
  guard.watch(group);
  if (nice > 0) lowerSession(group, nice);
  let kill: NodeJS.Timeout | undefined;
  let overdue: Overdue | undefined;
  const end = () => {
    killGroup(group, 'SIGTERM');
    kill = setTimeout(() => killGroup(group, 'SIGKILL'), graceMs);
  };
  const stopWatch = watchTime([child.stdout, child.stderr], options, (after) => {
    overdue = after;
    end();
  });
  signal.addEventListener('abort', end, { once: true });
  const result = await child;
  guard.dismiss();
  signal.removeEventListener('abort', end);
  stopWatch();
  clearTimeout(kill);
  // The leader is gone; whoever of its group ignored the request goes now.
  if (kill !== undefined) killGroup(group, 'SIGKILL');
  signal.throwIfAborted();
  return {
    ending: overdue === undefined ? ending(result) : { kind: 'timeout', after: overdue },
    stdout: text(result.stdout),
    stderr: text(result.stderr),
  };
}

/**
 * A shell that waits for the end of a pipe only we hold: when we are killed, whatever way, it kills the group that it was
 * told to watch, so that no compiler outlives us. It stands before the group exists; posted afterwards, it would miss a
 * kill in the milliseconds that its own start takes.
 */
function postGuard(): { watch(group: number): void; dismiss(): void } {
  const script = 'read -r group || exit; while read -r _; do :; done; kill -s KILL -- "-$group"';
  const guard = execa('/bin/sh', ['-c', script, 'guard'], {
    env: {},
    extendEnv: false,
    detached: true,
    reject: false,
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  guard.stdin.on('error', () => undefined);
  return {
    watch: (group) => void guard.stdin.write(`${group}\n`),
    dismiss: () => void guard.kill('SIGKILL'),
  };
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function ending(result: { exitCode?: number | undefined; signal?: string | undefined; code?: string | undefined }) {
  if (result.exitCode !== undefined) return { kind: 'exit' as const, code: result.exitCode };
  if (result.signal !== undefined) return { kind: 'signal' as const, name: result.signal };
  return { kind: 'spawn' as const, code: result.code ?? 'unknown error' };
}

function text(stream: unknown): string {
  return typeof stream === 'string' ? stream : '';
}
