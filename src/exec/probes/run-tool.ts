import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export type ToolAnswer =
  | { kind: 'answered'; code: number; text: string }
  | { kind: 'missing' }
  /** It is there and cannot be used: `EACCES`, `no answer within 5 s`, `SIGSEGV`. */
  | { kind: 'broken'; why: string };

export interface ToolCall {
  argv: [command: string, ...args: string[]];
  env: Record<string, string>;
  signal: AbortSignal;
  timeoutMs?: number;
}

const outputCap = 64 << 10;

/**
 * Asks a program something short. It gets a process group of its own and the whole group is killed when it has answered,
 * hangs, or `signal` aborts: a wrapper script leaves nothing behind and cannot hold us by its pipe.
 */
export async function runTool({ argv, env, signal, timeoutMs = 5000 }: ToolCall): Promise<ToolAnswer> {
  if (signal.aborted) return { kind: 'broken', why: 'interrupted' };
  const [command, ...args] = argv;
  const child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(0, outputCap);
    });
  }
  return await new Promise((resolve) => {
    const end = (answer: ToolAnswer) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      killGroup(child.pid);
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
      resolve(answer);
    };
    const onAbort = () => end({ kind: 'broken', why: 'interrupted' });
    const timer = setTimeout(() => end({ kind: 'broken', why: `no answer within ${timeoutMs / 1000} s` }), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    child.once('error', (error: NodeJS.ErrnoException) =>
      end(isMissing(error, command, env) ? { kind: 'missing' } : { kind: 'broken', why: error.code ?? error.message }),
    );
    // `close` comes when the pipes are drained; a grandchild that keeps them open is given no more than a moment.
    const ended = () =>
      end(
        child.exitCode === null
          ? { kind: 'broken', why: child.signalCode ?? 'killed' }
          : { kind: 'answered', code: child.exitCode, text: text.trim() },
      );
    child.once('close', ended);
    child.once('exit', () => setTimeout(ended, 200).unref());
  });
}

/** execvp(3) answers EACCES also when it found nothing but could not look into one of PATH's folders. */
function isMissing(error: NodeJS.ErrnoException, command: string, env: Record<string, string>): boolean {
  if (error.code !== 'EACCES') return error.code === 'ENOENT';
  const folders = command.includes('/') ? [''] : (env.PATH ?? '').split(':');
  return !folders.some((folder) => existsSync(join(folder, command)));
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}
