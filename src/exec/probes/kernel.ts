import { closeSync, constants, openSync } from 'node:fs';
import type { Check } from '../../model/check.ts';
import { limitIn } from '../system-files.ts';
import type { ProbeContext } from './probe-context.ts';

/** Seccomp user notification, by which threads can be held at their system calls (Linux 5.0, CONTINUE since 5.5). */
export function checkUserNotification({ read }: ProbeContext, answer: string): Check {
  const base = { name: 'user notification', group: 'kernel' as const };
  const actions = read('/proc/sys/kernel/seccomp/actions_avail');
  const offered = actions?.split(/\s+/).includes('user_notif') === true && atLeast(read, 5, 5);
  if (answer === 'ok' || (answer === 'unknown' && offered)) {
    return { ...base, state: 'ok', found: 'seccomp offers it', cost: null, remedy: null };
  }
  const why = answer === 'unknown' || answer === 'ok' ? 'the kernel does not offer it' : `refused (${answer})`;
  const cost = 'threads cannot be held at their system calls, so orders of events cannot be forced';
  return { ...base, state: 'warn', found: why, cost, remedy: 'Linux 5.5 or newer with CONFIG_SECCOMP_FILTER=y' };
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
