/** Why a kernel refuses seccomp user notification, and what helps. */
export interface ChaosRefusal {
  why: string;
  remedy: string;
}

/** What it means that `errno` came back from a round of user notification (seccomp(2), SECCOMP_FILTER_FLAG_NEW_LISTENER). */
export function chaosRefusal(errno: string): ChaosRefusal {
  switch (errno) {
    case 'EBUSY':
      return {
        why: 'a sandbox or container around flakehunt listens to its system calls already, and only one may',
        remedy: 'run flakehunt outside of the sandbox or container that listens to its system calls',
      };
    case 'EPERM':
    case 'EACCES':
      return {
        why: 'as by the seccomp filter of a container or sandbox',
        remedy: 'run flakehunt outside of the sandbox or container, or let that one allow it the system call seccomp',
      };
    case 'ENOSYS':
    case 'EINVAL':
      return { why: 'this kernel has none', remedy: 'Linux 5.5 or newer with CONFIG_SECCOMP_FILTER=y' };
    default:
      return { why: 'a trial of it failed', remedy: 'Linux 5.5 or newer, outside of sandboxes and containers' };
  }
}
