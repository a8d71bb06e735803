import { join } from 'node:path';
import { EnvironmentError } from '../../errors.ts';
import type { Preempt } from '../../model/condition.ts';
import type { Engine, EngineJob, EngineSession } from '../../model/engine.ts';
import type { GuestFacts } from '../../model/kernel.ts';
import type { Paths } from '../../model/settings.ts';
import { GuestSession } from './guest-session.ts';
import { guestArtifacts, guestScratch, writeInitramfs } from './initramfs.ts';
import { programFiles } from './program-files.ts';
import { findQemu, qemuArguments } from './qemu.ts';
import { VirtualMachine } from './virtual-machine.ts';

/** What guests are made of beside the job. */
export interface GuestTools {
  paths: Paths;
  env: Record<string, string>;
  /** Files and folders that the suite asks for, absolute. */
  files: string[];
  note(text: string): void;
  progress(text: string): void;
}

/** Of what a guest's memory is left with; the unpacked files lie in it, and tests need the rest. */
const mostOfMemory = 0.5;

/** Runs in guests of a kernel: the supervisor is their init, and all they have is what the test needs. */
export function guestEngine(supervisor: string, facts: GuestFacts, tools: GuestTools): Engine {
  return {
    name: 'guest',
    async start(job: EngineJob): Promise<EngineSession> {
      const qemu = findQemu(tools.env);
      const initramfs = join(job.scratchDir, 'initramfs.gz');
      const { release } = facts.kernel;
      tools.progress(`packing ${facts.guests === 1 ? 'a guest' : `${facts.guests} guests`} of Linux ${release}`);
      const bytes = await writeInitramfs(initramfs, await contentsOf(supervisor, job, tools));
      checkRoom(bytes, facts.memoryMiB);
      const machine = (console: string, preempt: Preempt | null) => ({
        ...{ kernel: facts.kernel, accel: facts.accel, cpus: facts.cpus, memoryMiB: facts.memoryMiB },
        ...{ kernelArgs: facts.kernelArgs, initramfs, console, words: preempt === null ? [] : [`preempt=${preempt}`] },
      });
      tools.progress(`booting Linux ${release} (${facts.accel})`);
      return new GuestSession({
        job: insideJob(job),
        guests: facts.guests,
        async start(guest, boot, preempt) {
          const console = join(job.artifactDir, `guest-${guest}${boot === 1 ? '' : `.${boot}`}.console`);
          return await VirtualMachine.start({
            supervisor,
            qemu,
            console,
            arguments: qemuArguments(machine(console, preempt)),
          });
        },
      });
    },
  };
}

/** The same job, as it looks from inside. */
function insideJob(job: EngineJob): EngineJob {
  return {
    ...job,
    scratchDir: guestScratch,
    artifactDir: guestArtifacts,
    maxCores: 0,
    gdb: null,
    strace: null,
    kernelLog: true,
  };
}

async function contentsOf(supervisor: string, { argv, env, cwd, stressNg }: EngineJob, { files }: GuestTools) {
  const folder = cwd.kind === 'path' ? cwd.path : '/';
  const place = { env, cwd: folder };
  const programs = [argv[0] ?? '', ...(stressNg === null ? [] : [stressNg])];
  const lists = await Promise.all(programs.map((program) => programFiles(program, place)));
  return { init: supervisor, files: [...new Set([...lists.flat(), ...files])], folders: [folder] };
}

/** @throws EnvironmentError */
function checkRoom(bytes: number, memoryMiB: number): void {
  const mib = Math.ceil(bytes / 2 ** 20);
  if (mib <= mostOfMemory * memoryMiB) return;
  throw new EnvironmentError(
    `What the guest needs takes ${mib} MiB, too much for a guest with ${memoryMiB} MiB; give it at least ${Math.ceil(mib / mostOfMemory)} MiB with --guest-memory.`,
  );
}
