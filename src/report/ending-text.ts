import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import type { Ending } from '../model/outcome.ts';
import { durationText } from './quantities.ts';

/** How a run ended, in a few words: `exit 1`, `SIGSEGV, core dumped`, `time limit of 60 s`. */
export function endingText(ending: Ending, limitMs: number): string {
  switch (ending.kind) {
    case 'exit':
      return `exit ${ending.code}`;
    case 'signal':
      return signalName(ending.signal) + (ending.core ? ', core dumped' : '');
    case 'timeout':
      return `time limit of ${durationText(1000 * limitMs)}`;
    case 'noexec':
      return `could not be executed (${getSystemErrorName(-ending.errno)})`;
    case 'kernel':
      return ending.what === 'panic' ? "the guest's kernel panicked" : 'the guest stood still';
    case 'lost':
      return 'lost: its worker was killed';
    case 'unfit':
      return ending.why === 'seccomp'
        ? 'unfit for chaos: it filters system calls itself'
        : 'unfit for chaos: it starts a set-uid program';
  }
}

function signalName(signal: number): string {
  const named = Object.entries(constants.signals).find(([, value]) => value === signal);
  return named?.[0] ?? `signal ${signal}`;
}
