import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { EnvironmentError } from '../../errors.ts';
import { splitLines } from '../split-lines.ts';

export interface MachineProgram {
  /** `supervisor --leash` starts qemu, so that it dies with us. */
  supervisor: string;
  qemu: string;
  arguments: string[];
  console: string;
}

/** How a virtual machine ended. */
export interface MachineEnd {
  /** Of qemu; null when a signal killed it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The end of what qemu itself said. */
  complaint: string;
}

type Child = ChildProcess & { stdin: Writable; stdout: Readable; stderr: Readable };

/** One qemu process: lines out of its second serial port, orders into it. */
export class VirtualMachine {
  readonly ended: Promise<MachineEnd>;
  readonly console: string;
  readonly #child: Child;
  #complaint = '';

  private constructor(child: Child, console: string) {
    this.#child = child;
    this.console = console;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-4000);
      // It would stand still for ever, with the machine's state for a debugger.
      if (text.includes('KVM internal error')) this.kill();
    });
    child.stdin.on('error', () => undefined);
    this.ended = once(child, 'close').then(() => ({
      code: child.exitCode,
      signal: child.signalCode,
      complaint: this.#complaint.trim(),
    }));
  }

  /** @throws EnvironmentError when there is no such program */
  static async start({ supervisor, qemu, arguments: words, console }: MachineProgram): Promise<VirtualMachine> {
    const child = spawn(supervisor, ['--leash', '--', qemu, ...words], {
      ...{ detached: true, stdio: ['pipe', 'pipe', 'pipe'], env: {} },
    }) as Child;
    await once(child, 'spawn').catch((error: Error) => {
      throw new EnvironmentError(`The supervisor ${supervisor} does not start: ${error.message}.`, { cause: error });
    });
    return new VirtualMachine(child, console);
  }

  get lines(): AsyncIterable<string> {
    return splitLines(this.#child.stdout);
  }

  send(text: string): void {
    this.#child.stdin.write(text);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** The last 256 KiB of what the kernel wrote; empty where there is nothing. */
  async consoleText(): Promise<string> {
    return await tail(this.console, 256 << 10);
  }
}

async function tail(path: string, most: number): Promise<string> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'r');
    const { size } = await file.stat();
    const length = Math.min(size, most);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return '';
  } finally {
    await file?.close();
  }
}
