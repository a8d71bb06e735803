import type { HuntHeader } from '../model/hunt.ts';

/** Where runs are made: a machine, or guests on it. */
export type Place = Pick<HuntHeader, 'machine' | 'guest'>;

/** Rates of two kernels, of two machines, or of tcg and kvm are never taken for alike. */
export function isSamePlace(one: Place, other: Place): boolean {
  return identity(one) === identity(other);
}

function identity({ machine, guest = null }: Place): string {
  const { hostname, kernel } = machine;
  if (guest === null) return JSON.stringify([hostname, kernel]);
  const { accel, cpus, memoryMiB, kernelArgs, guests } = guest;
  return JSON.stringify([hostname, kernel, guest.kernel.sha256, accel, cpus, memoryMiB, kernelArgs, guests]);
}

/** @example `tor under Linux 6.1.0 in a guest (tcg)` */
export function placeText({ machine, guest = null }: Place): string {
  const { hostname, kernel } = machine;
  return `${hostname} under Linux ${kernel}${guest === null ? '' : ` in a guest (${guest.accel})`}`;
}
