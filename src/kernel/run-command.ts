import { setMaxListeners } from 'node:events';
import { execa } from 'execa';

export interface CommandOptions {
  cwd: string;
  /** The command's whole environment. */
  env: Record<string, string>;
  signal: AbortSignal;
  /** A command whose output is the input of this one. */
  from?: readonly string[];
  /** Takes standard output in pieces, which is not kept then. */
  onOutput?(text: string): void;
}

export interface CommandResult {
  /** `ENOENT`: there is no such command. Null: ended by a signal. */
  code: number | null | 'ENOENT';
  stdout: string;
  /** Of both commands. */
  stderr: string;
}

/** Nothing that is asked for here takes longer, even by a slow line. */
const limitMs = 30 * 60_000;

/**
 * Runs a command, without a shell, in a process group of its own, which dies with us whatever way we go.
 * @throws the signal's reason when it is aborted; the group is dead by then.
 */
export async function runCommand(argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { from, signal } = options;
  signal.throwIfAborted();
  setMaxListeners(0, signal);
  const last = start(argv, options, from === undefined ? 'ignore' : 'pipe', options.onOutput === undefined);
  const first = from === undefined ? null : start(from, options, 'ignore', false);
  if (first !== null && last.stdin !== null) {
    // A reader that gave up says why itself.
    last.stdin.on('error', () => undefined);
    first.stdout.pipe(last.stdin);
  }
  if (options.onOutput !== undefined) last.stdout.setEncoding('utf8').on('data', options.onOutput);
  const commands = first === null ? [last] : [last, first];
  const guards = commands.map(({ pid }) => postGuard(pid));
  const end = () => {
    for (const { pid } of commands) killGroup(pid);
  };
  const timer = setTimeout(end, limitMs);
  signal.addEventListener('abort', end, { once: true });
  const results = await Promise.all(commands);
  clearTimeout(timer);
  signal.removeEventListener('abort', end);
  for (const dismiss of guards) dismiss();
  signal.throwIfAborted();
  const failed = results.find(({ exitCode }) => exitCode !== 0) ?? results[0];
  return {
    code: failed?.code === 'ENOENT' ? 'ENOENT' : (failed?.exitCode ?? null),
    stdout: typeof results[0]?.stdout === 'string' ? results[0].stdout : '',
    stderr: results.map(({ stderr }) => stderr).join('\n'),
  };
}

function start(argv: readonly string[], options: CommandOptions, stdin: 'ignore' | 'pipe', keep: boolean) {
  const [command = '', ...args] = argv;
  return execa(command, args, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    detached: true,
    reject: false,
    stdin,
    buffer: { stdout: keep, stderr: true },
    maxBuffer: 16 << 20,
  });
}

/**
 * A shell that waits for the end of a pipe only we hold: when we are killed, whatever way, it kills the group, so that no
 * download outlives us. Gives back a function that dismisses it.
 */
function postGuard(group: number | undefined): () => void {
  if (group === undefined) return () => undefined;
  const guard = execa('/bin/sh', ['-c', 'while read -r _; do :; done; kill -s KILL -- "-$1"', 'guard', String(group)], {
    env: {},
    extendEnv: false,
    detached: true,
    reject: false,
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  guard.stdin.on('error', () => undefined);
  return () => void guard.kill('SIGKILL');
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
