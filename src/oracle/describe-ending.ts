import type { Ending } from '../model/outcome.ts';
import { errnoName } from './errno.ts';
import { signalName } from './signals.ts';

/** How a run ended, in a few words: `exit 1`, `SIGSEGV (core dumped)`, `time limit`, `could not execute: ENOENT`. */
export function describeEnding(ending: Ending): string {
  switch (ending.kind) {
    case 'exit':
      return `exit ${ending.code}`;
    case 'signal':
      return signalName(ending.signal) + (ending.core ? ' (core dumped)' : '');
    case 'timeout':
      return 'time limit';
    case 'noexec':
      return `could not execute: ${errnoName(ending.errno)}`;
    case 'kernel':
      return ending.what === 'panic' ? "the guest's kernel panicked" : 'the guest stood still';
    case 'lost':
      return 'lost: its worker was killed';
    case 'unfit':
      return `chaos does not fit this test: ${unfit[ending.why]}`;
  }
}

const unfit: Record<Extract<Ending, { kind: 'unfit' }>['why'], string> = {
  seccomp: 'it filters system calls itself (seccomp)',
  setuid: "it starts a set-uid program, which an unprivileged user's chaos disables",
};
