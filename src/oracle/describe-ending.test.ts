import { expect, it } from 'vitest';
import type { Ending } from '../model/outcome.ts';
import { describeEnding } from './describe-ending.ts';

it.each<[Ending, string]>([
  [{ kind: 'exit', code: 1 }, 'exit 1'],
  [{ kind: 'signal', signal: 11, core: true }, 'SIGSEGV (core dumped)'],
  [{ kind: 'signal', signal: 31, core: false }, 'SIGSYS'],
  [{ kind: 'signal', signal: 35, core: false }, 'SIGRTMIN+1'],
  [{ kind: 'signal', signal: 99, core: false }, 'signal 99'],
  [{ kind: 'timeout' }, 'time limit'],
  [{ kind: 'noexec', errno: 2 }, 'could not execute: ENOENT'],
  [{ kind: 'lost' }, 'lost: its worker was killed'],
  [{ kind: 'unfit', why: 'seccomp' }, 'chaos does not fit this test: it filters system calls itself (seccomp)'],
  [
    { kind: 'unfit', why: 'setuid' },
    "chaos does not fit this test: it starts a set-uid program, which an unprivileged user's chaos disables",
  ],
])('%j is "%s"', (ending, text) => {
  expect(describeEnding(ending)).toBe(text);
});
