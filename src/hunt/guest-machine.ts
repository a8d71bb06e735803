import type { GuestFacts } from '../model/kernel.ts';
import type { MachineFacts } from '../model/machine.ts';

/**
 * The machine that runs see in a guest. Its user space is the host's, and so is what lies below it.
 * @param release what the booted kernel calls itself
 */
export function guestMachine(
  host: MachineFacts,
  { accel, cpus, memoryMiB }: GuestFacts,
  release: string,
): MachineFacts {
  return {
    ...host,
    kernel: release,
    cpusOnline: cpus,
    cpusAllowed: Array.from({ length: cpus }, (_, cpu) => cpu),
    memoryMiB,
    virtualization: `qemu (${accel})`,
    // Settings of the host's kernel; the guest's has its own defaults, and its answer to io_uring_setup says it all.
    ioUringDisabled: null,
    memlockKiB: null,
    corePattern: 'core',
    uid: 0,
  };
}
