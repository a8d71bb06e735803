import type { GuestFacts } from '../../model/kernel.ts';
import type { MachineFacts } from '../../model/machine.ts';

/**
 * What nights must have in common to be compared: kind and number of CPUs, what the machine is made of, and the kernel's
 * series. Names of machines are not part of it, for CI has a new one each night, nor are a kernel's small updates.
 * @param lanes tests side by side: each is a load for the others
 * @example `x86_64, AMD EPYC 9R14, 2 CPUs, kvm, Linux 6.18`
 */
export function machineClass(machine: MachineFacts, guest: GuestFacts | null, lanes: number): string {
  const { arch, cpuModel, cpusAllowed, virtualization, kernel } = machine;
  const where = guest === null ? (virtualization ?? 'bare metal') : guestText(guest);
  const beside = lanes === 1 ? [] : [`${lanes} tests side by side`];
  const count = cpusAllowed.length;
  return [arch, cpuModel, count === 1 ? '1 CPU' : `${count} CPUs`, where, `Linux ${series(kernel)}`, ...beside].join(
    ', ',
  );
}

/** Of guests the very image counts: nobody updates it meanwhile. */
function guestText({ accel, memoryMiB, guests, kernelArgs, kernel }: GuestFacts): string {
  const args = kernelArgs === '' ? '' : ` ${kernelArgs}`;
  return `${guests === 1 ? 'guest' : `${guests} guests`} (${accel}, ${memoryMiB} MiB, ${kernel.sha256.slice(0, 12)}${args})`;
}

function series(release: string): string {
  return /^\d+\.\d+/.exec(release)?.[0] ?? release;
}
