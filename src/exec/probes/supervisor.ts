import { ExpectedError } from '../../errors.ts';
import type { Check } from '../../model/check.ts';
import { errnoName } from '../../oracle/errno.ts';
import { parseLine } from '../protocol-line.ts';
import { ensureSupervisor } from '../supervisor-binary.ts';
import type { ProbeContext } from './probe-context.ts';
import { runTool } from './run-tool.ts';

/** What the kernel answered to system calls that only a native program can make: `ok`, an errno's name, or `unknown`. */
export interface KernelAnswers {
  ioUring: string;
  userNotification: string;
  /** A whole round of chaos: a filter set, a call intercepted and let go. ENOSYS: this machine's calls are not known. */
  chaos: string;
  /** Held calls are immune to signals (Linux 5.19); null: unknown. */
  killable: boolean | null;
  /** Chaos has to set no_new_privs, so that set-uid programs do not work under it; null: unknown. */
  noNewPrivs: boolean | null;
}

export const unknownAnswers: KernelAnswers = {
  ioUring: 'unknown',
  userNotification: 'unknown',
  chaos: 'unknown',
  killable: null,
  noNewPrivs: null,
};

/** Asks the kernel through `supervisor --probe` (PROTOCOL.md). Never throws: what it does not say is `unknown`. */
export async function probeSupervisor(path: string, signal: AbortSignal): Promise<KernelAnswers> {
  const answer = await runTool({ argv: [path, '--probe'], env: {}, signal });
  return answer.kind === 'answered' && answer.code === 0 ? readAnswers(answer.text) : unknownAnswers;
}

/** Compiles the supervisor where that was not done yet, and runs it. */
export async function checkSupervisor(context: ProbeContext): Promise<{ check: Check; answers: KernelAnswers }> {
  try {
    const { path, id } = await ensureSupervisor(context.paths, context.env);
    const answer = await runTool({ argv: [path, '--probe'], env: {}, signal: context.signal });
    if (answer.kind === 'answered') {
      return { check: ok(`compiled (${id})`), answers: answer.code === 0 ? readAnswers(answer.text) : unknownAnswers };
    }
    const why = answer.kind === 'missing' ? 'it vanished' : answer.why;
    return { check: bad(`${path} does not run: ${why}`, remedyFor(why)), answers: unknownAnswers };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { check: bad(error.message, null), answers: unknownAnswers };
  }
}

export function readAnswers(text: string): KernelAnswers {
  const line = text.split('\n').find((candidate) => candidate.startsWith('probe '));
  if (line === undefined) return unknownAnswers;
  const { fields } = parseLine(line);
  return {
    ioUring: answerName(fields.get('io_uring')),
    userNotification: answerName(fields.get('user_notif')),
    chaos: answerName(fields.get('chaos')),
    killable: flag(fields.get('killable')),
    noNewPrivs: flag(fields.get('nnp')),
  };
}

/** `0` is `ok`; an errno's number becomes its name. */
function answerName(answer: string | undefined): string {
  if (answer === undefined) return 'unknown';
  return answer === '0' ? 'ok' : errnoName(Number(answer));
}

function flag(answer: string | undefined): boolean | null {
  return answer === undefined ? null : answer === '1';
}

function ok(found: string): Check {
  return { name: 'supervisor', group: 'needed', state: 'ok', found, cost: null, remedy: null };
}

function bad(found: string, remedy: string | null): Check {
  return { name: 'supervisor', group: 'needed', state: 'bad', found, cost: 'no hunt can work', remedy };
}

function remedyFor(why: string): string | null {
  return why === 'EACCES'
    ? 'its file system is probably mounted noexec: set XDG_CACHE_HOME to a folder on one that is not'
    : null;
}
