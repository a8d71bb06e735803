import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { guestEngine } from '../../src/exec/guest/guest-engine.ts';
import { type GuestContext, probeGuest } from '../../src/exec/guest/probe-guest.ts';
import { findQemu } from '../../src/exec/guest/qemu.ts';
import { ensureSupervisor } from '../../src/exec/supervisor-binary.ts';
import { findKernel } from '../../src/kernel/find-kernel.ts';
import type { Condition } from '../../src/model/condition.ts';
import type { Batch, ClassRecord, EngineJob, EngineRecord, EngineSession } from '../../src/model/engine.ts';
import type { GuestShape } from '../../src/model/kernel.ts';
import { parseCondition } from '../../src/perturb/condition-text.ts';

const packageRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Kernels and answers of first boots are shared by all tests of a run. */
const sharedCache = join(tmpdir(), `flakehunt-e2e-cache-${process.ppid}`, 'flakehunt');

export const usual: GuestShape = { cpus: 2, memoryMiB: 256, kernelArgs: '', guests: 1 };

export function context(notes: string[] = []): GuestContext {
  return {
    paths: { cache: sharedCache, state: sharedCache, packageRoot, cwd: '/' },
    env: { PATH: process.env.PATH ?? '' },
    signal: new AbortController().signal,
    progress: () => undefined,
    note: (text) => notes.push(text),
  };
}

/** One clause where there is no qemu, or no kernel to be had; null: guests can be booted. */
export async function whyNoGuests(): Promise<string | null> {
  try {
    findQemu({ PATH: process.env.PATH ?? '' });
    await findKernel('deb:6.1.*', context());
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A session of guests of Debian's Linux 6.1, and what it said. */
export class GuestBench {
  readonly records: EngineRecord[] = [];
  readonly artifacts: string;
  readonly scratch: string;
  readonly #session: EngineSession;
  #over: Promise<void>;

  private constructor(session: EngineSession, folder: string) {
    this.#session = session;
    this.artifacts = join(folder, 'artifacts');
    this.scratch = join(folder, 'scratch');
    this.#over = this.#read();
  }

  static async start(
    argv: string[],
    shape: Partial<GuestShape> = {},
    job: Partial<EngineJob> = {},
  ): Promise<GuestBench> {
    const folder = mkdtempSync(join(tmpdir(), 'flakehunt-guest-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const name of ['artifacts', 'scratch']) mkdirSync(join(folder, name));
    const around = context();
    const whole = { ...usual, ...shape, kernel: await findKernel('deb:6.1.*', around) };
    const { path } = await ensureSupervisor(around.paths, around.env);
    const { accel, qemu } = await probeGuest(path, { ...usual, kernel: whole.kernel }, around);
    const engine = guestEngine(path, { ...whole, accel, qemu }, { ...around, files: [] });
    const session = await engine.start({
      ...{
        argv,
        env: { PATH: '/usr/bin:/bin' },
        cwd: { kind: 'scratch' },
        limitMs: 60_000,
        seed: '0123456789abcdef',
        firstRun: 1,
      },
      ...{
        scratchDir: join(folder, 'scratch'),
        artifactDir: join(folder, 'artifacts'),
        cpus: [0, 1],
        maxCores: 0,
        maxStacks: 1,
      },
      ...{ gdb: null, kernelLog: true, stressNg: null, cgroup: '/sys/fs/cgroup', ...job },
    });
    const bench = new GuestBench(session, folder);
    onTestFinished(() => bench.#session.stop(0));
    return bench;
  }

  submit(batch: Partial<Omit<Batch, 'condition'>>, condition = 'plain'): void {
    const whole: Condition = parseCondition(condition);
    this.#session.submit({
      id: 1,
      jobs: 1,
      runs: null,
      ms: null,
      learnt: null,
      replay: null,
      ...batch,
      condition: whole,
    });
  }

  async until(holds: (record: EngineRecord) => boolean): Promise<EngineRecord> {
    for (;;) {
      const found = this.records.find(holds);
      if (found !== undefined) return found;
      const before = this.records.length;
      await Promise.race([this.#over, new Promise((resolve) => setTimeout(resolve, 50))]);
      if (this.records.length === before && this.records.some(({ type }) => type === 'bye'))
        throw new Error('over before that');
    }
  }

  async run(batch: Partial<Omit<Batch, 'condition'>>, condition?: string): Promise<EngineRecord> {
    this.submit(batch, condition);
    return await this.until((record) => record.type === 'batch-end' && record.id === (batch.id ?? 1));
  }

  async stop(graceMs = 1000): Promise<void> {
    this.#session.stop(graceMs);
    await this.#over;
  }

  /** Waits for the end of the session that comes by itself. @throws its error */
  async end(): Promise<void> {
    await this.#over;
  }

  get classes(): ClassRecord[] {
    return this.records.filter((record) => record.type === 'class');
  }

  /** Numbers of all runs that were reported, ascending. */
  get runs(): number[] {
    const numbers = this.records.flatMap((record) => {
      if (record.type === 'class') return [record.run];
      if (record.type !== 'tally') return [];
      return record.runs.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
    });
    return numbers.sort((a, b) => a - b);
  }

  /** Processes of qemu that belong to this session. */
  machines(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        const words = commandLine(pid).split('\0');
        return words[0]?.includes('qemu') === true && words.some((word) => word.startsWith(this.scratch));
      });
  }

  async #read(): Promise<void> {
    for await (const record of this.#session.records) this.records.push(record);
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
