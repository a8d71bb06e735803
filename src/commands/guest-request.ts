import { readGuestCount, readKernel, readKernelArgs, readMemory } from '../config/guest-values.ts';
import { settingFrom } from '../config/values.ts';
import { EnvironmentError, UsageError } from '../errors.ts';
import { allowedCpus } from '../exec/machine.ts';
import type { ChosenGuest } from '../hunt/engine-choice.ts';
import type { GuestWish } from '../hunt/guest-wish.ts';
import type { Condition } from '../model/condition.ts';
import type { RunDefaults } from '../model/settings.ts';
import { checkPreempt } from '../perturb/preempt.ts';

/** Flags that say in which guests runs are made, as the command line gives them. */
export interface GuestFlags {
  kernel?: string;
  guests?: string;
  guestCpus?: string;
  guestMemory?: string;
  kernelArgs?: string;
}

/** What flags and configuration say of guests. */
export interface GuestRequest {
  /** Null: none, runs are made on this machine itself. */
  wish: GuestWish | null;
  /** Flags say so: then it goes before what an earlier hunt had. */
  isFlagged: boolean;
}

const usual = { cpus: 2, memoryMiB: 512 };

/** @throws UsageError for a value that no guest can have, or a shape without a kernel. */
export function readGuest(flags: GuestFlags, defaults: RunDefaults): GuestRequest {
  const kernel = flags.kernel === undefined ? defaults.kernel : settingFrom(readKernel, flags.kernel, '--kernel');
  const shaped = Object.entries(shapeFlags).find(([name]) => flags[name as keyof GuestFlags] !== undefined);
  if (kernel === null || kernel === 'host') {
    if (shaped === undefined) return { wish: null, isFlagged: flags.kernel !== undefined };
    throw new UsageError(
      `${shaped[1]} describes a guest, and ${kernel === null ? 'nothing says which kernel it boots' : 'the kernel is that of the host'}: add --kernel with a path or a version, or leave it out.`,
    );
  }
  const { guests, guestCpus, guestMemory, kernelArgs } = flags;
  const count = (text: string | undefined, flag: string) =>
    text === undefined ? null : settingFrom(readGuestCount, text, flag);
  const wish: GuestWish = {
    kernel,
    guests: count(guests, '--guests') ?? defaults.guests ?? 1,
    cpus: count(guestCpus, '--guest-cpus') ?? defaults.guestCpus ?? Math.min(usual.cpus, allowedCpus().length),
    memoryMiB:
      guestMemory === undefined
        ? (defaults.guestMemoryMiB ?? usual.memoryMiB)
        : settingFrom(readMemory, guestMemory, '--guest-memory'),
    kernelArgs:
      kernelArgs === undefined ? (defaults.kernelArgs ?? '') : settingFrom(readKernelArgs, kernelArgs, '--kernel-args'),
  };
  return { wish, isFlagged: flags.kernel !== undefined || shaped !== undefined };
}

const shapeFlags = {
  guests: '--guests',
  guestCpus: '--guest-cpus',
  guestMemory: '--guest-memory',
  kernelArgs: '--kernel-args',
} as const;

/** In which guests runs are made that go on from a hunt: as flags say, else as the hunt did, else as configured. */
export function guestBeside(
  { wish, isFlagged }: GuestRequest,
  hunt: { guest: GuestWish | null } | null,
): GuestWish | null {
  return isFlagged || hunt === null ? wish : hunt.guest;
}

/** CPUs that a run may be pinned to: in a guest they are numbered from 0. */
export function cpusOf(guest: Pick<GuestWish, 'cpus'> | null): number[] {
  return guest === null ? allowedCpus() : Array.from({ length: guest.cpus }, (_, cpu) => cpu);
}

/**
 * @param booted what is known of the guests; null: nothing yet, or there are none
 * @throws UsageError without guests, EnvironmentError where their kernel does not take it
 */
export function mustTakePreempt(condition: Condition, inGuest: boolean, booted: ChosenGuest | null): void {
  if (!inGuest) checkPreempt(condition);
  if (condition.preempt === null || booted === null || booted.takesPreempt) return;
  throw new EnvironmentError(
    `The kernel ${booted.facts.kernel.release} was built without CONFIG_PREEMPT_DYNAMIC, so preempt:${condition.preempt} cannot be set when it boots. Leave it out, or boot another kernel.`,
  );
}
