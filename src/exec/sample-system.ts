import type { ReadSystemFile } from './system-files.ts';

/** A system that has nothing to complain about, for tests, with some files replaced (null: not there). */
export function sampleSystem(changes: Record<string, string | null> = {}): ReadSystemFile {
  const files = { ...sound, ...changes };
  return (path) => files[path] ?? null;
}

const sound: Record<string, string | null> = {
  '/proc/sys/kernel/osrelease': '6.18.0-1-amd64',
  '/proc/sys/kernel/io_uring_disabled': '0',
  '/proc/sys/kernel/io_uring_group': '-1',
  '/proc/sys/kernel/core_pattern': 'core.%p',
  '/proc/sys/kernel/seccomp/actions_avail': 'kill_process kill_thread trap errno user_notif trace log allow',
  '/proc/self/status':
    'Name:\tnode\nGid:\t1000\t1000\t1000\t1000\nGroups:\t27 1000 \nSeccomp:\t0\nCpus_allowed_list:\t0,2-3',
  '/proc/self/limits': [
    'Limit                     Soft Limit           Hard Limit           Units     ',
    'Max core file size        0                    unlimited            bytes     ',
    'Max locked memory         8388608              8388608              bytes     ',
  ].join('\n'),
  '/proc/self/cgroup': '0::/user.slice/session-1.scope',
  '/proc/loadavg': '0.10 0.20 0.30 1/100 4242',
  '/proc/meminfo': 'MemTotal:       16384000 kB\nMemFree:         1000 kB',
  '/proc/cpuinfo': 'processor\t: 0\nmodel name\t: AMD  EPYC 9R14\nflags\t\t: fpu tsc sse2',
  '/sys/devices/system/cpu/online': '0-3',
  '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'tsc',
  '/etc/os-release': 'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"',
};
