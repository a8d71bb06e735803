import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '../errors.ts';
import type { GuestFacts, GuestKernel, GuestShape } from '../model/kernel.ts';

/** In which guests runs are to be made. */
export interface GuestWish extends GuestShape {
  /** As the user named it, or the very one that an earlier hunt ran in. */
  kernel: string | GuestKernel;
}

/** The same guests again; null: the runs were made on a machine itself. */
export function guestOfHeader({ guest = null }: { guest?: GuestFacts | null }): GuestWish | null {
  if (guest === null) return null;
  const { kernel, cpus, memoryMiB, kernelArgs, guests } = guest;
  return { kernel, cpus, memoryMiB, kernelArgs, guests };
}

/** @throws UsageError where the image is gone, or has become another since the hunt. */
export async function sameKernel(kernel: GuestKernel): Promise<GuestKernel> {
  const found = await sha256Of(kernel.image);
  if (found === kernel.sha256) return kernel;
  const what = found === null ? 'is gone' : 'is another one by now';
  throw new UsageError(
    `The kernel that was booted, ${kernel.release} in ${kernel.image}, ${what}. Rates of two kernels are never mixed: put it back, or start anew with --kernel ${kernel.spec}.`,
  );
}

async function sha256Of(file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch {
    return null;
  }
  return hash.digest('hex');
}
