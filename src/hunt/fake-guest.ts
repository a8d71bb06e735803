import { createHash } from 'node:crypto';
import type { FakeScript } from '../exec/fake-script.ts';
import { machineFacts } from '../exec/machine.ts';
import { unknownAnswers } from '../exec/probes/supervisor.ts';
import type { GuestFacts, GuestKernel } from '../model/kernel.ts';
import type { ChosenGuest } from './engine-choice.ts';
import { guestMachine } from './guest-machine.ts';
import type { GuestWish } from './guest-wish.ts';

/** The guests of the scripted engine: no kernel is looked for, and nothing boots. */
export async function fakeGuest({ guest: scripted }: FakeScript, wish: GuestWish): Promise<ChosenGuest> {
  const { kernel, cpus, memoryMiB, kernelArgs, guests } = wish;
  const { accel = 'tcg', boots = [] } = scripted ?? {};
  const facts: GuestFacts = {
    ...{ cpus, memoryMiB, kernelArgs, guests, accel, qemu: 'scripted' },
    kernel: typeof kernel === 'string' ? scriptedKernel(kernel) : kernel,
  };
  const machine = guestMachine(await machineFacts(unknownAnswers), facts, facts.kernel.release);
  return { facts, answers: unknownAnswers, machine, bootMs: boots[0] ?? 0, takesPreempt: true };
}

function scriptedKernel(spec: string): GuestKernel {
  const sha256 = createHash('sha256').update(spec).digest('hex');
  return { spec, image: `/scripted/${spec}`, release: spec, package: null, sha256, config: null };
}
