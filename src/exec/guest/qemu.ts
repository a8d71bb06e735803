import { accessSync, constants } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { EnvironmentError } from '../../errors.ts';
import type { Accelerator, GuestKernel, GuestShape } from '../../model/kernel.ts';

export interface Machine extends Pick<GuestShape, 'cpus' | 'memoryMiB' | 'kernelArgs'> {
  kernel: Pick<GuestKernel, 'image'>;
  accel: Accelerator;
  initramfs: string;
  /** File that receives what the kernel writes on its console. */
  console: string;
  /** Words of ours for the kernel's command line. */
  words: string[];
}

/**
 * Arguments of qemu-system-x86_64 for a guest without disk, network or screen: the console is its first serial port, the
 * supervisor's orders and records are on the second one, which is qemu's standard input and output. Five-level page tables
 * are left out of what tcg offers, because translating through them costs a fifth of the boot.
 */
export function qemuArguments({
  kernel,
  accel,
  cpus,
  memoryMiB,
  initramfs,
  console,
  words,
  kernelArgs,
}: Machine): string[] {
  return [
    ...['-accel', accel === 'tcg' ? 'tcg,thread=multi' : 'kvm'],
    ...['-machine', 'pc', '-cpu', accel === 'tcg' ? 'max,-la57' : 'host'],
    ...['-smp', `${cpus}`, '-m', `${memoryMiB}`],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-kernel', kernel.image, '-initrd', initramfs],
    ...['-serial', `file:${console.replaceAll(',', ',,')}`],
    ...['-chardev', 'stdio,id=records,signal=off', '-serial', 'chardev:records'],
    ...['-append', [...kernelWords, ...words, kernelArgs.trim()].filter(Boolean).join(' ')],
  ];
}

/**
 * An oops ends the guest, because nothing is known of a kernel after one. Warnings reach the console, and so do the marks
 * of runs; what is less is left out, for each line costs a guest 100 us and more.
 */
const kernelWords = ['console=ttyS0', 'panic=-1', 'oops=panic', 'quiet', 'loglevel=5', 'random.trust_cpu=on'];

/** Where qemu is. @throws EnvironmentError when it is not installed */
export function findQemu({ PATH = '' }: Record<string, string>): string {
  const path = PATH.split(delimiter)
    .filter(Boolean)
    .map((folder) => resolve(folder, program))
    .find(isProgram);
  if (path !== undefined) return path;
  throw new EnvironmentError(
    `There is no ${program}, in which kernels are booted; install it (on Debian: apt-get install --no-install-recommends qemu-system-x86), or leave out --kernel.`,
  );
}

const program = 'qemu-system-x86_64';

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
