import { execa } from 'execa';

export interface ChildOptions {
  cwd: string;
  /** The child's whole environment. */
  env: Record<string, string>;
  signal: AbortSignal;
  /** File descriptor that takes stdout and stderr; without it both come back as text. */
  output?: number;
  /** It is ended when it prints nothing for this long; only where its output comes back as text. */
  silenceMs?: number;
}

export interface ChildResult {
  /** `spawn` carries the error code (`ENOENT`: no such command). */
  ending:
    | { kind: 'exit'; code: number }
    | { kind: 'signal'; name: string }
    | { kind: 'timeout' }
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
  const { cwd, env, signal, output, silenceMs } = options;
  signal.throwIfAborted();
  const [command = '', ...args] = argv;
  // Any descriptor works; execa's types know only those up to 9.
  const stream = output === undefined ? 'pipe' : (output as 3);
  const guard = postGuard();
  const child = execa(command, args, {
    cwd,
    env,
    extendEnv: false,
    detached: true,
    reject: false,
    stdin: 'ignore',
    stdout: stream,
    stderr: stream,
  });
  const group = child.pid;
  if (group === undefined) {
    guard.dismiss();
    return { ending: ending(await child), stdout: '', stderr: '' };
  }
  guard.watch(group);
  let kill: NodeJS.Timeout | undefined;
  let timedOut = false;
  const end = () => {
    killGroup(group, 'SIGTERM');
    kill = setTimeout(() => killGroup(group, 'SIGKILL'), graceMs);
  };
  const expire = () => {
    timedOut = true;
    end();
  };
  const limit = silenceMs === undefined ? undefined : setTimeout(expire, silenceMs);
  for (const heard of [child.stdout, child.stderr]) heard?.on('data', () => limit?.refresh());
  signal.addEventListener('abort', end, { once: true });
  const result = await child;
  guard.dismiss();
  signal.removeEventListener('abort', end);
  clearTimeout(limit);
  clearTimeout(kill);
  // The leader is gone; whoever of its group ignored the request goes now.
  if (kill !== undefined) killGroup(group, 'SIGKILL');
  signal.throwIfAborted();
  return {
    ending: timedOut ? { kind: 'timeout' } : ending(result),
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
