import { EnvironmentError } from '../errors.ts';
import type { GuestKernel } from '../model/kernel.ts';
import type { Paths } from '../model/settings.ts';

export async function findKernel(
  spec: string,
  _context: {
    paths: Paths;
    env: Record<string, string>;
    signal: AbortSignal;
    progress(text: string): void;
    note(text: string): void;
  },
): Promise<GuestKernel> {
  throw new EnvironmentError(`no kernel ${spec}`);
}
