import { EnvironmentError } from '../../errors.ts';
import type { Accelerator, GuestKernel, GuestShape } from '../../model/kernel.ts';
import type { Paths } from '../../model/settings.ts';
import type { KernelAnswers } from '../probes/supervisor.ts';

export interface GuestProbe {
  accel: Accelerator;
  qemu: string;
  answers: KernelAnswers;
  release: string;
  bootMs: number;
}

export async function probeGuest(
  _supervisor: string,
  _wish: GuestShape & { kernel: GuestKernel },
  _context: {
    paths: Paths;
    env: Record<string, string>;
    signal: AbortSignal;
    progress(text: string): void;
    note(text: string): void;
  },
): Promise<GuestProbe> {
  throw new EnvironmentError('stand-in');
}
