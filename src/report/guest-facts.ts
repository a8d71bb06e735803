import type { HuntHeader } from '../model/hunt.ts';
import type { GuestFacts, GuestShape } from '../model/kernel.ts';
import { plural } from './quantities.ts';

type Guests = Pick<HuntHeader, 'guest'>;

/** What flags give when they say nothing. */
const usual: GuestShape = { guests: 1, cpus: 2, memoryMiB: 512, kernelArgs: '' };

/** The flags that make runs in the same guests, wherever that kernel can be had. */
export function guestFlags({ guest = null }: Guests): string[] {
  if (guest === null) return [];
  const { kernel, guests, cpus, memoryMiB, kernelArgs } = guest;
  return [
    ...['--kernel', kernel.spec],
    ...(guests === usual.guests ? [] : ['--guests', String(guests)]),
    ...(cpus === usual.cpus ? [] : ['--guest-cpus', String(cpus)]),
    ...(memoryMiB === usual.memoryMiB ? [] : ['--guest-memory', String(memoryMiB)]),
    // With `=`, for they may begin with a dash.
    ...(kernelArgs === usual.kernelArgs ? [] : [`--kernel-args=${kernelArgs}`]),
  ];
}

/** @example `in a guest (qemu 7.2.22, tcg; 2 CPUs, 512 MiB, 2 guests)` */
export function guestText({ qemu, accel, cpus, memoryMiB, guests, kernelArgs }: GuestFacts): string {
  const shape = [plural(cpus, 'CPU'), `${memoryMiB} MiB`, ...(guests === 1 ? [] : [plural(guests, 'guest')])];
  const args = kernelArgs === '' ? '' : `; ${kernelArgs}`;
  return `in a guest (qemu ${qemu}, ${accel}; ${shape.join(', ')}${args})`;
}

/** Stands beside every rate of translated instructions: theirs is another timing. */
export function accelMark({ guest = null }: Guests): string {
  return guest?.accel === 'tcg' ? ' (tcg)' : '';
}
