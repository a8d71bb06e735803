import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { EnvironmentError } from '../../errors.ts';
import type { Accelerator, GuestKernel, GuestShape } from '../../model/kernel.ts';
import type { Paths } from '../../model/settings.ts';
import { type KernelAnswers, readAnswers } from '../probes/supervisor.ts';
import { parseLine } from '../protocol-line.ts';
import { whyNoBoot } from './console.ts';
import { writeInitramfs } from './initramfs.ts';
import { findQemu, qemuArguments } from './qemu.ts';
import { VirtualMachine } from './virtual-machine.ts';

export interface GuestContext {
  paths: Paths;
  env: Record<string, string>;
  signal: AbortSignal;
  progress(text: string): void;
  note(text: string): void;
}

/** What a first boot told. */
export interface GuestProbe {
  accel: Accelerator;
  /** Version of qemu. */
  qemu: string;
  answers: KernelAnswers;
  /** `uname -r` in the guest. */
  release: string;
  bootMs: number;
}

const kvmLimitMs = 10_000;
const tcgLimitMs = 90_000;

/**
 * Boots the kernel once and asks it what it refuses. KVM is used only where this kernel has been seen to boot with it: a
 * /dev/kvm that opens, and even runs a few instructions, may still not run a kernel. The answer is kept for the kernel, the
 * supervisor, qemu and this boot of the machine; where KVM did not boot one, it is not tried with others.
 * @param supervisor path of the static supervisor
 * @throws EnvironmentError when it does not boot, with the reason as far as its console tells it
 */
export async function probeGuest(
  supervisor: string,
  wish: GuestShape & { kernel: GuestKernel },
  context: GuestContext,
): Promise<GuestProbe> {
  const qemu = findQemu(context.env);
  const version = await qemuVersion(qemu);
  const known = await knownProbe(supervisor, wish, version, context);
  if (known.probe !== null) return known.probe;
  const probe = { qemu: version, ...(await firstThatBoots(supervisor, qemu, wish, context)) };
  await keep(known.path, probe);
  return probe;
}

async function qemuVersion(qemu: string): Promise<string> {
  const { stdout, exitCode } = await execa(qemu, ['--version'], { reject: false, stdin: 'ignore', timeout: 10_000 });
  const version = /version (\S+)/.exec(`${stdout}`)?.[1];
  if (exitCode === 0 && version !== undefined) return version;
  throw new EnvironmentError(`${qemu} does not tell its version; it is broken, or something else of that name.`);
}

async function knownProbe(
  supervisor: string,
  { kernel, cpus, memoryMiB, kernelArgs }: GuestShape & { kernel: GuestKernel },
  qemu: string,
  { paths }: GuestContext,
): Promise<{ path: string; probe: GuestProbe | null }> {
  const boot = await bootId();
  const name = createHash('sha256')
    .update(JSON.stringify([boot, kernel.sha256, basename(supervisor), qemu, cpus, memoryMiB, kernelArgs]))
    .digest('hex');
  const path = join(paths.cache, 'guests', `${name.slice(0, 24)}.json`);
  const text = await readFile(path, 'utf8').catch(() => null);
  return { path, probe: text === null ? null : readKept(text) };
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

function readKept(text: string): GuestProbe | null {
  try {
    return JSON.parse(text) as GuestProbe;
  } catch {
    return null;
  }
}

async function keep(path: string, probe: GuestProbe): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(`${path}.${process.pid}`, JSON.stringify(probe));
  await rename(`${path}.${process.pid}`, path);
}

type Booted = Omit<GuestProbe, 'qemu'>;

async function firstThatBoots(
  supervisor: string,
  qemu: string,
  wish: GuestShape & { kernel: GuestKernel },
  context: GuestContext,
): Promise<Booted> {
  const folder = await mkdtemp(join(await made(join(context.paths.cache, 'guests')), 'probe-'));
  try {
    const initramfs = join(folder, 'initramfs.gz');
    await writeInitramfs(initramfs, { init: supervisor, files: [], folders: [] });
    const bootWith = async (accel: Accelerator) => {
      context.progress(`booting Linux ${wish.kernel.release} (${accel})`);
      const console = join(folder, `${accel}.console`);
      const words = ['flakehunt.probe'];
      const machine = qemuArguments({ ...wish, accel, initramfs, console, words });
      const started = await VirtualMachine.start({ supervisor, qemu, arguments: machine, console });
      return await answersOf(started, accel, context);
    };
    const noKvm = join(context.paths.cache, 'guests', `no-kvm-${await bootId()}`);
    if (hasKvm() && !existsSync(noKvm)) {
      const booted = await bootWith('kvm');
      if ('answers' in booted) return booted;
      await writeFile(noKvm, `${wish.kernel.release}: ${booted.why}\n`);
      context.note(
        `/dev/kvm is there, but Linux ${wish.kernel.release} does not boot with it (${booted.why}): guests are emulated (tcg), some ten times slower.`,
      );
    }
    const booted = await bootWith('tcg');
    if ('answers' in booted) return booted;
    throw new EnvironmentError(
      `Linux ${wish.kernel.release} (${wish.kernel.spec}) does not boot as a guest: ${booted.why}.`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function made(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return folder;
}

function hasKvm(): boolean {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function answersOf(
  machine: VirtualMachine,
  accel: Accelerator,
  { signal }: GuestContext,
): Promise<Booted | { why: string }> {
  const began = performance.now();
  const limitMs = accel === 'kvm' ? kvmLimitMs : tcgLimitMs;
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    machine.kill();
  }, limitMs);
  const interrupt = () => machine.kill();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    let probe = '';
    let release = '';
    for await (const line of machine.lines) {
      if (line.startsWith('probe ')) probe = line;
      else if (line.startsWith('release ')) release = parseLine(line).fields.get('value') ?? '';
      if (release !== '') break;
    }
    machine.kill();
    const { complaint } = await machine.ended;
    signal.throwIfAborted();
    if (release !== '')
      return { accel, answers: readAnswers(probe), release, bootMs: Math.round(performance.now() - began) };
    const why = complaint.split('\n')[0] || whyNoBoot(await machine.consoleText());
    return { why: late ? `nothing came of it within ${limitMs / 1000} s; ${why}` : why };
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', interrupt);
  }
}
