import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** One look at the machine. */
export interface LoadSample {
  /** Threads that have a CPU or wait for one, ours among them. */
  runnable: number;
  /** Ours. */
  own: number;
  /** Ticks that a hypervisor gave to others, and all ticks, since boot. */
  stolen: number;
  ticks: number;
}

/** Share of the CPUs' time that may be stolen. */
const mostStolen = 0.25;

/**
 * Whether others wanted more than all CPUs while these samples were taken: those of them that were ready to run, on average,
 * are more than there are CPUs, or a hypervisor gave a quarter of the CPUs' time to somebody else.
 */
export function isOverloaded(samples: readonly LoadSample[], cpus: number): boolean {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return false;
  const others = samples.reduce((sum, { runnable, own }) => sum + Math.max(0, runnable - own), 0) / samples.length;
  const ticks = last.ticks - first.ticks;
  return others > cpus || (ticks > 0 && (last.stolen - first.stolen) / ticks > mostStolen);
}

const sampleEveryMs = 500;
/** Five seconds: a burst of a compiler is not a load. */
const keptSamples = 10;

/** Looks at the machine twice a second and tells when it begins and ceases to be overloaded. */
export class LoadWatch {
  readonly #cpus: number;
  readonly #changed: (overloaded: boolean) => void;
  readonly #samples: LoadSample[] = [];
  readonly #timer: NodeJS.Timeout;
  #overloaded = false;

  /** @param changed called when it changes; at first it is not overloaded */
  constructor(cpus: number, changed: (overloaded: boolean) => void) {
    this.#cpus = cpus;
    this.#changed = changed;
    this.#timer = setInterval(() => this.#look(), sampleEveryMs);
    this.#look();
  }

  get overloaded(): boolean {
    return this.#overloaded;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const sample = sampleLoad();
    if (sample === null) return;
    this.#samples.push(sample);
    if (this.#samples.length > keptSamples) this.#samples.shift();
    if (this.#samples.length < keptSamples / 2) return;
    const now = isOverloaded(this.#samples, this.#cpus);
    if (now === this.#overloaded) return;
    this.#overloaded = now;
    this.#changed(now);
  }
}

/** Null where /proc does not tell. */
function sampleLoad(): LoadSample | null {
  // Without these lists our own threads would be taken for those of others.
  if (!existsSync(`/proc/self/task/${process.pid}/children`)) return null;
  const stat = text('/proc/stat');
  const runnable = /^procs_running (\d+)/m.exec(stat)?.[1];
  const ticks = /^cpu +(.*)/.exec(stat)?.[1]?.split(' ').map(Number);
  if (runnable === undefined || ticks === undefined) return null;
  // Fields of proc_stat(5); guest time is part of user time already.
  const [, , , , , , , stolen = 0] = ticks;
  const all = ticks.slice(0, 8).reduce((sum, some) => sum + some, 0);
  return { runnable: Number(runnable), own: runnableThreads(process.pid), stolen, ticks: all };
}

/** Threads of a process and of all below it that have a CPU or wait for one. */
function runnableThreads(pid: number): number {
  let count = 0;
  for (const waiting = [pid]; waiting.length > 0; ) {
    const next = waiting.pop();
    for (const thread of threadsOf(`/proc/${next}/task`)) {
      if (isRunning(text(`/proc/${next}/task/${thread}/stat`))) count++;
      const children = text(`/proc/${next}/task/${thread}/children`).trim();
      if (children !== '') waiting.push(...children.split(' ').map(Number));
    }
  }
  return count;
}

function threadsOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isRunning(stat: string): boolean {
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) === 'R';
}

function text(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
