import { readFile } from 'node:fs/promises';
import { EnvironmentError, UsageError } from '../errors.ts';
import { fakeEngine } from '../exec/fake-engine.ts';
import { type FakeScript, underKernel } from '../exec/fake-script.ts';
import { guestEngine } from '../exec/guest/guest-engine.ts';
import { probeGuest } from '../exec/guest/probe-guest.ts';
import { isStatic } from '../exec/is-static.ts';
import { localEngine } from '../exec/local-engine.ts';
import { machineFacts } from '../exec/machine.ts';
import type { KernelAnswers } from '../exec/probes/supervisor.ts';
import { ensureSupervisor } from '../exec/supervisor-binary.ts';
import { findKernel } from '../kernel/find-kernel.ts';
import type { Engine } from '../model/engine.ts';
import type { GuestFacts } from '../model/kernel.ts';
import type { MachineFacts } from '../model/machine.ts';
import type { SourceContext } from '../source/context.ts';
import { hasDynamicPreemption } from './dynamic-preemption.ts';
import { fakeGuest } from './fake-guest.ts';
import { guestMachine } from './guest-machine.ts';
import { type GuestWish, sameKernel } from './guest-wish.ts';

/** An engine and the identity of what carries out its runs. */
export interface ChosenEngine {
  name: Engine['name'];
  /** @param guestFiles what a guest gets beside the test and what that loads; absolute */
  engineFor(guestFiles: string[]): Engine;
  supervisor: string;
  /** The supervisor's program; null for the scripted engine. */
  path: string | null;
  /** Null: runs are made on this machine itself. */
  guest: ChosenGuest | null;
}

/** Guests that have booted once. */
export interface ChosenGuest {
  facts: GuestFacts;
  /** What their kernel said to the supervisor. */
  answers: KernelAnswers;
  machine: MachineFacts;
  /** How long it took to boot, in milliseconds. */
  bootMs: number;
  /** Their kernel takes `preempt=`, as far as is known. */
  takesPreempt: boolean;
}

/**
 * The local engine, guests of another kernel, or the scripted engine for `fake:FILE`.
 * @throws EnvironmentError when the supervisor cannot be compiled or no guest boots, UsageError for an unknown engine or kernel.
 */
export async function chooseEngine(
  spec: string | undefined,
  source: SourceContext,
  guest: GuestWish | null,
): Promise<ChosenEngine> {
  if (spec?.startsWith('fake:')) return await scripted(spec.slice('fake:'.length), guest);
  if (spec !== undefined && spec !== 'local') throw new UsageError(`There is no engine "${spec}".`);
  const { path, id } = await ensureSupervisor(source.paths, source.env, source.progress);
  if (guest === null) {
    return { name: 'local', engineFor: () => localEngine(path), supervisor: id, path, guest: null };
  }
  const booted = await bootOnce(path, guest, source);
  const { paths, env, note, progress } = source;
  const engineFor = (files: string[]) => guestEngine(path, booted.facts, { paths, env, files, note, progress });
  return { name: 'guest', engineFor, supervisor: id, path, guest: booted };
}

async function scripted(file: string, guest: GuestWish | null): Promise<ChosenEngine> {
  const script = JSON.parse(await readFile(file, 'utf8')) as FakeScript;
  const booted = guest === null ? null : await fakeGuest(script, guest);
  const played = booted === null ? script : underKernel(script, booted.facts.kernel.spec);
  return { name: 'fake', engineFor: () => fakeEngine(played), supervisor: 'fake', path: null, guest: booted };
}

async function bootOnce(supervisor: string, wish: GuestWish, source: SourceContext): Promise<ChosenGuest> {
  if (!(await isStatic(supervisor))) {
    throw new EnvironmentError(
      'The supervisor is the first process of a guest, so it must be linked statically, which the C library here does not allow. Install its static archive (on Debian: apt-get install libc6-dev, on Fedora: glibc-static), remove the supervisor with `flakehunt cache --prune --all`, and try again.',
    );
  }
  const kernel =
    typeof wish.kernel === 'string' ? await findKernel(wish.kernel, source) : await sameKernel(wish.kernel);
  const { cpus, memoryMiB, kernelArgs, guests } = wish;
  const shape = { cpus, memoryMiB, kernelArgs, guests };
  const { accel, qemu, answers, release, bootMs } = await probeGuest(supervisor, { ...shape, kernel }, source);
  const facts: GuestFacts = { ...shape, kernel, accel, qemu };
  const machine = guestMachine(await machineFacts(answers), facts, release);
  return { facts, answers, machine, bootMs, takesPreempt: await hasDynamicPreemption(kernel) };
}
