import { closeSync, constants, openSync } from 'node:fs';
import type { Check } from '../../model/check.ts';
import { chaosRefusal } from '../../perturb/chaos-refusal.ts';
import { limitIn } from '../system-files.ts';
import type { ProbeContext } from './probe-context.ts';
import type { KernelAnswers } from './supervisor.ts';

/** Seccomp user notification, by which threads can be held at their system calls (Linux 5.0, CONTINUE since 5.5). */
export function checkUserNotification({ read, arch }: ProbeContext, answers: KernelAnswers): Check {
  const base = { name: 'user notification', group: 'kernel' as const };
  const actions = read('/proc/sys/kernel/seccomp/actions_avail');
  const offered = actions?.split(/\s+/).includes('user_notif') === true && atLeast(read, 5, 5);
  // A whole round tells more than that the kernel knows of it.
  const answer = answers.chaos === 'unknown' ? answers.userNotification : answers.chaos;
  if (answer === 'ok' || (answer === 'unknown' && offered)) return { ...base, ...working(answers) };
  const cost = 'threads cannot be held at their system calls, so orders of events cannot be forced';
  if (answer === 'ENOSYS' && answers.userNotification === 'ok') {
    return { ...base, state: 'warn', found: `the system calls of ${arch} are not known`, cost, remedy: null };
  }
  const why = answer === 'unknown' ? 'the kernel does not offer it' : `refused (${answer})`;
  return { ...base, state: 'warn', found: why, cost, remedy: chaosRefusal(answer).remedy };
}

function working({ chaos, killable, noNewPrivs }: KernelAnswers): Pick<Check, 'state' | 'found' | 'cost' | 'remedy'> {
  const works = chaos === 'ok' ? 'seccomp offers it, and it works' : 'seccomp offers it';
  const found = noNewPrivs === true ? `${works}; not for tests that start set-uid programs` : works;
  if (killable !== false) return { state: 'ok', found, cost: null, remedy: null };
  const cost = 'a signal takes a held call back: a test that lives on signals may see EINTR where it never could';
  return { state: 'warn', found, cost, remedy: 'Linux 5.19 or newer' };
}

/** Locked memory: io_uring's own rings before 5.12, registered buffers to this day. Root (CAP_IPC_LOCK) is not charged. */
export function checkMemlock({ read, uid }: ProbeContext): Check {
  const base = { name: 'locked memory', group: 'kernel' as const };
  const soft = limitIn(read('/proc/self/limits'), 'Max locked memory')?.soft ?? null;
  const found = soft === null ? 'no limit' : `${soft / 1024} KiB`;
  // 8 MiB is the kernel's default since 5.16, and enough for liburing's tests.
  if (soft === null || soft >= 8 << 20 || uid === 0) return { ...base, state: 'ok', found, cost: null, remedy: null };
  const cost = atLeast(read, 5, 12)
    ? 'tests that register large buffers fail with ENOMEM'
    : 'this kernel charges every ring to it: io_uring_setup fails with ENOMEM';
  return {
    ...base,
    state: 'warn',
    found,
    cost,
    remedy: 'ulimit -l unlimited (as root, or in /etc/security/limits.conf)',
  };
}

/** Whether kernel messages can be read while the tests run. */
export function checkKernelLog(device = '/dev/kmsg'): Check {
  const base = { name: 'kernel log', group: 'diagnosis' as const };
  try {
    closeSync(openSync(device, constants.O_RDONLY | constants.O_NONBLOCK));
    return { ...base, state: 'ok', found: `${device} is readable`, cost: null, remedy: null };
  } catch (error) {
    const found = `${device} cannot be read (${(error as NodeJS.ErrnoException).code})`;
    const cost = 'warnings and oopses of the kernel during a run go unnoticed';
    return { ...base, state: 'warn', found, cost, remedy: 'run as root' };
  }
}

function atLeast(read: ProbeContext['read'], major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = (read('/proc/sys/kernel/osrelease') ?? '')
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
