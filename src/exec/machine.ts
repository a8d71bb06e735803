import { arch, cpus, hostname, machine, release } from 'node:os';
import type { MachineFacts } from '../model/machine.ts';
import { parseCpuList } from '../perturb/cpu-list.ts';
import { field, limitIn, numberIn, type ReadSystemFile, systemFiles } from './system-files.ts';
import { virtualization } from './virtualization.ts';

export interface MachineProbe {
  /** What io_uring_setup answered (`probeSupervisor`): `ok`, an errno's name, or `unknown`. */
  ioUring: string;
  /** Where /proc, /sys and /etc are; `/` unless in a test. */
  root?: string;
}

/** Facts of this machine from /proc and /sys; runs nothing, needs no privileges, and what cannot be read is null or `unknown`. */
export async function machineFacts({ ioUring, root = '/' }: MachineProbe): Promise<MachineFacts> {
  const read = systemFiles(root);
  const allowed = allowedCpus(read);
  const memlock = limitIn(read('/proc/self/limits'), 'Max locked memory')?.soft ?? null;
  return {
    hostname: hostname(),
    kernel: read('/proc/sys/kernel/osrelease') ?? release(),
    arch: machine(),
    distribution: distribution(read('/etc/os-release') ?? read('/usr/lib/os-release')),
    cpuModel: cpuModel(read('/proc/cpuinfo')),
    cpusOnline: listIn(read('/sys/devices/system/cpu/online'))?.length ?? allowed.length,
    cpusAllowed: allowed,
    memoryMiB: Math.round((Number.parseInt(field(read('/proc/meminfo'), 'MemTotal') ?? '0', 10) || 0) / 1024),
    virtualization: virtualization(read),
    governor: read(`/sys/devices/system/cpu/cpu${allowed[0] ?? 0}/cpufreq/scaling_governor`),
    loadAverage: loadAverage(read('/proc/loadavg')),
    ioUringDisabled: numberIn(read('/proc/sys/kernel/io_uring_disabled')),
    ioUring,
    memlockKiB: memlock === null ? null : Math.floor(memlock / 1024),
    corePattern: read('/proc/sys/kernel/core_pattern') ?? 'unknown',
    uid: process.getuid?.() ?? 0,
    nodeVersion: process.version,
  };
}

/** The CPUs this process may use, by number: in a container or under taskset they are neither all nor the first ones. */
export function allowedCpus(read: ReadSystemFile = systemFiles()): number[] {
  return listIn(field(read('/proc/self/status'), 'Cpus_allowed_list')) ?? cpus().map((_, index) => index);
}

function listIn(text: string | null): number[] | null {
  return text === null || !/^[\d,-]+$/.test(text) ? null : parseCpuList(text);
}

/** PRETTY_NAME of os-release(5). */
function distribution(osRelease: string | null): string {
  const match = /^PRETTY_NAME=(?:"([^"]*)"|'([^']*)'|(.*))$/m.exec(osRelease ?? '');
  return match?.[1] ?? match?.[2] ?? match?.[3] ?? 'unknown';
}

/** x86 says it in words; ARM gives numbers (implementer and part); RISC-V and POWER have keys of their own. */
function cpuModel(cpuinfo: string | null): string {
  const named = ['model name', 'cpu model', 'uarch', 'cpu'].map((key) => field(cpuinfo, key)).find((value) => value);
  if (named) return named.replace(/\s+/g, ' ');
  const implementer = field(cpuinfo, 'CPU implementer');
  return implementer === null ? arch() : `ARM implementer ${implementer} part ${field(cpuinfo, 'CPU part') ?? '?'}`;
}

function loadAverage(text: string | null): [number, number, number] {
  const [one = 0, five = 0, fifteen = 0] = (text ?? '').split(/\s+/).slice(0, 3).map(Number);
  return [one || 0, five || 0, fifteen || 0];
}
