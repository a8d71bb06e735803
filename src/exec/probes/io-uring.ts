import type { Check } from '../../model/check.ts';
import { field, numberIn, type ReadSystemFile } from '../system-files.ts';
import type { ProbeContext } from './probe-context.ts';

/** @param answer what io_uring_setup answered: `ok`, an errno's name, or `unknown`. */
export function checkIoUring({ read, uid }: ProbeContext, answer: string): Check {
  const base = { name: 'io_uring', group: 'kernel' as const };
  const refusal = ioUringRefusal(answer, read, uid);
  if (refusal === null) {
    const found = answer === 'ok' ? 'io_uring_setup works' : 'nothing forbids it (not tried)';
    return { ...base, state: 'ok', found, cost: null, remedy: null };
  }
  const cost = 'every io_uring test is invalid here; other tests can be hunted';
  return { ...base, state: 'warn', found: `refused: ${refusal.why}`, cost, remedy: refusal.remedy };
}

export interface Refusal {
  /** One clause: `kernel.io_uring_disabled=2 (EPERM)`. */
  why: string;
  remedy: string | null;
}

/**
 * Why io_uring is refused to this process, null when it is not (as far as is known: `unknown` rests on settings alone).
 * kernel.io_uring_disabled: 1 leaves it to CAP_SYS_ADMIN and the group kernel.io_uring_group, 2 to nobody
 * (Documentation/admin-guide/sysctl/kernel.rst). A container's seccomp filter answers EPERM or ENOSYS.
 */
export function ioUringRefusal(answer: string, read: ReadSystemFile, uid: number): Refusal | null {
  if (answer === 'ok') return null;
  const disabled = numberIn(read('/proc/sys/kernel/io_uring_disabled')) ?? 0;
  const tried = answer === 'unknown' ? '' : ` (${answer})`;
  if (disabled === 2) {
    return { why: `kernel.io_uring_disabled=2${tried}`, remedy: 'as root: sysctl kernel.io_uring_disabled=0' };
  }
  if (disabled === 1 && uid !== 0) {
    const group = read('/proc/sys/kernel/io_uring_group') ?? '-1';
    if (answer === 'unknown' && inGroup(read, group)) return null;
    const remedy = 'as root: sysctl kernel.io_uring_disabled=0, or join the group of kernel.io_uring_group';
    return { why: `kernel.io_uring_disabled=1, kernel.io_uring_group=${group}${tried}`, remedy };
  }
  if (answer === 'unknown') return null;
  if (field(read('/proc/self/status'), 'Seccomp') === '2') {
    const remedy = 'docker or podman: --security-opt seccomp=unconfined, or a profile that allows io_uring_*';
    return { why: `a seccomp filter, probably the container's${tried}`, remedy };
  }
  if (answer === 'ENOSYS') return { why: 'this kernel has none (ENOSYS)', remedy: 'a kernel with CONFIG_IO_URING=y' };
  if (answer === 'ENOMEM') {
    return {
      why: 'not enough locked memory (ENOMEM)',
      remedy: 'ulimit -l unlimited (as root, or in /etc/security/limits.conf)',
    };
  }
  return { why: answer, remedy: null };
}

function inGroup(read: ReadSystemFile, group: string): boolean {
  const status = read('/proc/self/status');
  const own = `${field(status, 'Gid') ?? ''} ${field(status, 'Groups') ?? ''}`.split(/\s+/);
  return own.includes(group);
}
