import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { formatBatch, formatPlan, formatStop, type GuestPlan } from '../../src/exec/orders.ts';
import { parseRecord } from '../../src/exec/records.ts';
import { splitLines } from '../../src/exec/split-lines.ts';
import type { Condition } from '../../src/model/condition.ts';
import type { Batch, ClassRecord, EngineJob, EngineRecord, TallyRecord } from '../../src/model/engine.ts';
import { builtProgram, builtSupervisor } from './built.ts';

const mark = 'FLAKEHUNT_TEST_MARK';

/** What is left out is plain, one job, without end. */
type PartialBatch = Partial<Omit<Batch, 'condition'>> & { condition?: Partial<Condition>; from?: number };

const plain: Condition = { pin: { policy: 'free' }, noise: null, chaos: null, quota: null, preempt: null };

interface Settings extends Partial<EngineJob> {
  guest?: GuestPlan;
  /** Words before the supervisor's path: a wrapper. */
  wrapper?: string[];
}

/** One supervisor under test. Every process its runs start carries a mark in its environment. */
export class Session {
  /** As far as they were read. */
  readonly records: EngineRecord[] = [];
  readonly job: EngineJob;
  readonly pid: number;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #exited: Promise<unknown[]>;
  readonly #mark = randomBytes(8).toString('hex');
  #complaint = '';

  private constructor(path: string, settings: Settings) {
    const folder = mkdtempSync(join(tmpdir(), 'flakehunt-supervisor-'));
    const { wrapper = [], guest: _, ...rest } = settings;
    this.job = {
      argv: ['/bin/true'],
      cwd: { kind: 'scratch' },
      scratchDir: join(folder, 'scratch'),
      artifactDir: join(folder, 'artifacts'),
      limitMs: 60_000,
      seed: '00000000000000ff',
      firstRun: 1,
      cpus: allowedCpus(),
      maxCores: 0,
      maxStacks: 0,
      gdb: null,
      kernelLog: false,
      stressNg: null,
      cgroup: null,
      ...rest,
      env: { PATH: '/usr/bin:/bin', OUTSIDE: join(folder, 'outside'), [mark]: this.#mark, ...rest.env },
    };
    for (const name of ['scratch', 'artifacts', 'outside']) mkdirSync(join(folder, name));
    // The wrapper may make the supervisor another user's.
    if (wrapper.length > 0) for (const name of ['', 'scratch', 'artifacts']) chmodSync(join(folder, name), 0o777);
    const [command = path, ...args] = [...wrapper, path];
    this.#child = spawn(command, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    this.pid = this.#child.pid ?? 0;
    this.#exited = once(this.#child, 'exit');
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint += text;
    });
    this.#lines = splitLines(this.#child.stdout)[Symbol.asyncIterator]();
    onTestFinished(async () => {
      this.#child.kill('SIGKILL');
      await this.#exited;
      await this.aftermath();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  /** `program` is a name below test/supervisor/programs, or an absolute path. */
  static async start(program: string[], settings: Settings = {}): Promise<Session> {
    const [name = '', ...args] = program;
    const path = name.startsWith('/') ? name : await builtProgram(name);
    const session = new Session(await builtSupervisor(), { ...settings, argv: [path, ...args] });
    session.send(formatPlan(session.job, settings.guest));
    return session;
  }

  send(text: string): void {
    this.#child.stdin.write(text);
  }

  submit({ condition, from, ...rest }: PartialBatch): void {
    const batch = { id: 1, jobs: 1, runs: null, ms: null, learnt: null, replay: null, ...rest };
    this.send(formatBatch({ ...batch, condition: { ...plain, ...condition } }, this.job.cpus, from));
  }

  /** End of file on the supervisor's standard input. */
  hangUp(): void {
    this.#child.stdin.end();
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** The next record; null at the end. */
  async next(): Promise<EngineRecord | null> {
    const line = await this.#lines.next();
    if (line.done) return null;
    const record = parseRecord(line.value);
    this.records.push(record);
    return record;
  }

  /** The first record of the type (for which `wanted` holds) from here on. */
  async until<T extends EngineRecord['type']>(
    type: T,
    wanted: (record: Extract<EngineRecord, { type: T }>) => boolean = () => true,
  ): Promise<Extract<EngineRecord, { type: T }>> {
    const matches = (record: EngineRecord): record is Extract<EngineRecord, { type: T }> => record.type === type;
    for (let record = await this.next(); record !== null; record = await this.next()) {
      if (matches(record) && wanted(record)) return record;
    }
    throw new Error(`The supervisor ended: ${JSON.stringify(await this.exit())}`);
  }

  /** Runs one batch to its end. */
  async run(batch: PartialBatch): Promise<Extract<EngineRecord, { type: 'batch-end' }>> {
    this.submit(batch);
    return await this.until('batch-end', (end) => end.id === (batch.id ?? 1));
  }

  /** Stops, reads to the end, and gives `bye`. */
  async stop(graceMs = 0): Promise<Extract<EngineRecord, { type: 'bye' }>> {
    this.send(formatStop(graceMs));
    return await this.bye();
  }

  async bye(): Promise<Extract<EngineRecord, { type: 'bye' }>> {
    const bye = await this.until('bye');
    if ((await this.next()) !== null) throw new Error('A record after bye');
    return bye;
  }

  async exit(): Promise<{ code: unknown; signal: unknown; complaint: string }> {
    const [code, signal] = await this.#exited;
    return { code, signal, complaint: this.#complaint };
  }

  get classes(): ClassRecord[] {
    return this.records.filter((r) => r.type === 'class');
  }

  get tallies(): TallyRecord[] {
    return this.records.filter((r) => r.type === 'tally');
  }

  get notes(): string[] {
    return this.records.filter((r) => r.type === 'note').map((r) => r.text);
  }

  /** Every run that was reported, by class: `{ 'exit:0': [1, 2], ... }`, ascending. */
  get runsByEnding(): Record<string, number[]> {
    const runs: Record<string, number[]> = {};
    for (const one of this.classes) {
      const list = runs[endingOf(one)] ?? [];
      runs[endingOf(one)] = list;
      list.push(one.run);
      for (const tally of this.tallies.filter((t) => t.class === one.id)) list.push(...numbersOf(tally));
    }
    for (const list of Object.values(runs)) list.sort((a, b) => a - b);
    return runs;
  }

  outputOf(index: number): string {
    return Buffer.from(this.classes[index]?.outcome.output.bytes ?? []).toString('latin1');
  }

  /** Processes started by the runs that still live. */
  survivors(): string[] {
    return processesWith(`${mark}=${this.#mark}`);
  }

  /** Waits until no process of the runs lives; whoever is left after a long time is named. */
  async aftermath(): Promise<string[]> {
    for (let i = 0; i < 400 && this.survivors().length > 0; i++) await sleep(50);
    return this.survivors();
  }

  scratchEntries(): string[] {
    return existsSync(this.job.scratchDir) ? readdirSync(this.job.scratchDir) : [];
  }

  /** Kills one worker, if one lives: a killed one stays in the process table until it is reaped. */
  killWorker(): void {
    const [pid] = this.workers();
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Process ids of the workers. */
  workers(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => parentOf(name) === this.pid && !isDead(name) && nameOf(name).startsWith('flakehunt-'))
      .map(Number);
  }
}

export function endingOf(record: ClassRecord): string {
  const end = record.outcome.ending;
  if (end.kind === 'exit') return `exit:${end.code}`;
  if (end.kind === 'signal') return `signal:${end.signal}`;
  if (end.kind === 'unfit') return `unfit:${end.why}`;
  return end.kind === 'noexec' ? `noexec:${end.errno}` : end.kind;
}

/** Run numbers of a tally, one by one. */
export function numbersOf(tally: TallyRecord): number[] {
  return tally.runs.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
}

/** `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

export function allowedCpus(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return list.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return range(first, last);
  });
}

function processesWith(variable: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(variable))
    .map((pid) => `${pid} ${nameOf(pid)}`);
}

function nameOf(pid: string): string {
  return read(`/proc/${pid}/comm`).trim();
}

function parentOf(pid: string): number {
  return Number(/\) \S (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1]);
}

function isDead(pid: string): boolean {
  return /\) [ZX] /.test(read(`/proc/${pid}/stat`));
}

/** Empty when the process is gone or not ours. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
