import type { Check } from '../../model/check.ts';
import { formatCpuList, parseCpuList } from '../../perturb/cpu-list.ts';
import { field, type ReadSystemFile } from '../system-files.ts';
import type { ProbeContext } from './probe-context.ts';

/** CPUs the runs may use, and a cgroup's quota on them. */
export function checkCpus({ read }: ProbeContext): Check {
  const base = { name: 'CPUs', group: 'machine' as const };
  const allowed = parseCpuList(field(read('/proc/self/status'), 'Cpus_allowed_list') ?? '0');
  const online = parseCpuList(read('/sys/devices/system/cpu/online') ?? formatCpuList(allowed));
  const quota = cpuQuota(read);
  const limit = quota !== null && quota < allowed.length ? `, limited to the time of ${quota.toFixed(1)}` : '';
  const found = `${allowed.length} of ${online.length} allowed (${formatCpuList(allowed)})${limit}`;
  if (limit !== '') {
    const cost = 'the cgroup stops runs in the middle: durations and rates are not those of a free machine';
    return { ...base, state: 'warn', found, cost, remedy: 'raise cpu.max of the container or slice' };
  }
  if (allowed.length === 1) {
    const cost = 'threads never run side by side: races that need two CPUs do not show';
    return { ...base, state: 'warn', found, cost, remedy: 'taskset or the container decides this' };
  }
  return { ...base, state: 'ok', found, cost: null, remedy: null };
}

/** Reading the clock costs tens of nanoseconds with tsc, kvm-clock, ..., and a microsecond and more with the old timers. */
export function checkClock({ read }: ProbeContext): Check {
  const base = { name: 'clock source', group: 'machine' as const };
  const source = read('/sys/devices/system/clocksource/clocksource0/current_clocksource') ?? 'unknown';
  if (!/^(hpet|acpi_pm|jiffies|refined-jiffies|pit)$/.test(source)) {
    return { ...base, state: 'ok', found: source, cost: null, remedy: null };
  }
  const cost = 'every look at the clock is slow: the timing of tests is unlike that of other machines';
  return { ...base, state: 'warn', found: source, cost, remedy: 'see the kernel log for why tsc was given up' };
}

export function checkLoad({ read }: ProbeContext): Check {
  const base = { name: 'load', group: 'machine' as const };
  const text = (read('/proc/loadavg') ?? '').split(' ').slice(0, 3).join(' ');
  const cpus = parseCpuList(read('/sys/devices/system/cpu/online') ?? '0').length;
  const load = Number.parseFloat(text);
  const found = `${text} on ${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}`;
  if (!(load > cpus / 2)) return { ...base, state: 'ok', found, cost: null, remedy: null };
  const cost = 'other work disturbs the runs: rates measured now hold for a loaded machine';
  return { ...base, state: 'warn', found, cost, remedy: null };
}

/** CPUs' worth of time of the tightest cpu.max (cgroup v2) or cpu.cfs_quota_us (v1) above this process; null without one. */
function cpuQuota(read: ReadSystemFile): number | null {
  const path = /^0::(.*)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1] ?? '/';
  const parts = path.split('/').filter(Boolean);
  const quotas = [...parts, ''].map((_, depth) => {
    const [quota, period] = (read(`/sys/fs/cgroup/${parts.slice(0, depth).join('/')}/cpu.max`) ?? '')
      .split(' ')
      .map(Number);
    return quota && period ? quota / period : null;
  });
  const old =
    Number(read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us')) / Number(read('/sys/fs/cgroup/cpu/cpu.cfs_period_us'));
  const found = [...quotas, old > 0 && Number.isFinite(old) ? old : null].filter((quota) => quota !== null);
  return found.length === 0 ? null : Math.min(...found);
}
