import { readFile } from 'node:fs/promises';
import type { GuestKernel } from '../model/kernel.ts';

/** Whether the kernel takes `preempt=` (CONFIG_PREEMPT_DYNAMIC, since Linux 5.12); also where its configuration is unknown. */
export async function hasDynamicPreemption({ config }: Pick<GuestKernel, 'config'>): Promise<boolean> {
  const text = config === null ? null : await readFile(config, 'utf8').catch(() => null);
  return text === null || /^CONFIG_PREEMPT_DYNAMIC=y$/m.test(text);
}
