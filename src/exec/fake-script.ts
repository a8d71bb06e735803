import type { Condition } from '../model/condition.ts';
import type { Batch, EffectRecord, Replay, TraceRecord } from '../model/engine.ts';
import type { Accelerator } from '../model/kernel.ts';
import type { Ending } from '../model/outcome.ts';
import { conditionText } from '../perturb/condition-text.ts';
import { mixSeed } from '../stats/random.ts';

/** A scripted test: each run draws one of the outcomes. Runs take no real time unless `paceMs` says so. */
export interface FakeScript {
  outcomes: FakeOutcome[];
  /** Indices into `outcomes`, run 1 first, repeated for ever. Without it each run draws by the outcomes' weights. */
  sequence?: number[];
  /** Real milliseconds to wait after every tally, for tests that interrupt a hunt. */
  paceMs?: number;
  /** The engine breaks after this many runs. */
  dieAfter?: number;
  /** A part that cannot be put in force, under the conditions of these texts or under all that have it. */
  refuses?: { part: keyof Omit<Condition, 'pin' | 'preempt'>; text: string; conditions?: string[] };
  /** What perturbation does in one run, by condition text; under conditions that are not named nothing is reported. */
  effects?: Record<string, Partial<FakeEffect>>;
  /** Of the guests that were asked for: what carries them out, and how long each took to boot, in milliseconds. */
  guest?: { accel?: Accelerator; boots?: number[] };
}

export interface FakeOutcome {
  ending: Ending;
  output?: string;
  /** Simulated duration. */
  us?: number;
  /** Relative frequency when there is no `sequence`; 1 when left out. */
  weight?: number;
  /** Instead of `weight`, by condition text. */
  weights?: Record<string, number>;
  /** It comes under these kernels alone, by file name or specification. */
  kernels?: string[];
}

type FakeEffect = Omit<EffectRecord, 'type' | 'batch' | 'runs'>;

/** The script as it goes under a kernel, which has outcomes of its own; `sequence` counts what is left. */
export function underKernel(script: FakeScript, spec: string): FakeScript {
  const name = spec.slice(spec.lastIndexOf('/') + 1);
  return { ...script, outcomes: script.outcomes.filter(({ kernels }) => kernels?.includes(name) ?? true) };
}

/** Index of the outcome of a run: the same for the same number and seed. */
export function drawOutcome(
  script: FakeScript,
  condition: string,
  { run, seed }: Pick<Replay, 'run' | 'seed'>,
): number {
  const { outcomes, sequence } = script;
  if (sequence !== undefined) return sequence[Math.max(0, run - 1) % sequence.length] ?? 0;
  const weights = outcomes.map(({ weight = 1, weights }) => weights?.[condition] ?? weight);
  let left = unit(seed) * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return Math.max(0, index);
}

/** The part of the batch's condition that the script refuses, and why; null: none. */
export function refusal(
  { refuses }: FakeScript,
  { condition }: Batch,
): { part: 'chaos' | 'noise' | 'quota'; text: string } | null {
  if (refuses === undefined || condition[refuses.part] === null) return null;
  const { part, text, conditions } = refuses;
  return conditions === undefined || conditions.includes(conditionText(condition)) ? { part, text } : null;
}

/** What the script says of `runs` runs; null: nothing. */
export function effectOf(script: FakeScript, batch: Batch, runs: number): EffectRecord | null {
  const one = script.effects?.[conditionText(batch.condition)];
  if (one === undefined) return null;
  const total = (each: number | undefined) => Math.round((each ?? 0) * runs);
  return {
    type: 'effect',
    batch: batch.id,
    runs,
    threads: total(one.threads),
    events: total(one.events),
    concurrent: total(one.concurrent),
    held: total(one.held),
    heldUs: total(one.heldUs),
    releases: total(one.releases),
    points: total(one.points),
    cancelled: total(one.cancelled),
    voluntarySwitches: total(one.voluntarySwitches),
    involuntarySwitches: total(one.involuntarySwitches),
    sampled: total(one.sampled),
    migrations: total(one.migrations),
    horizon: one.horizon ?? one.concurrent ?? 0,
  };
}

/** Rolling hash of the schedule of a run; null where its condition intercepts nothing. */
export function scheduleOf({ chaos }: Condition, seed: string): string | null {
  return chaos === null || chaos.arm === 'slack' ? null : mixSeed(seed, 0);
}

/** The trace of a run: calls of two threads, drawn from the run's seed. */
export function traceOf(batch: Batch, run: number, seed: string): TraceRecord {
  const schedule = scheduleOf(batch.condition, seed);
  const calls = ['futex', 'write', 'io_uring_enter'];
  const line = (_: unknown, i: number) => {
    const thread = unit(mixSeed(seed, i)) < 0.5 ? '0' : '0.1';
    return `${thread}/1 ${calls[i % calls.length]} b${i}5 0 ${100 * i} ${100 * i + 10} - -\n`;
  };
  const lines = schedule === null ? '' : Array.from({ length: 6 }, line).join('');
  const forced = batch.condition.chaos?.arm === 'force' ? 'yes' : null;
  return { type: 'trace', run, batch: batch.id, schedule: schedule ?? '0'.repeat(16), forced, lines };
}

/** A number in [0, 1) from the upper 53 bits of a seed. */
function unit(seed: string): number {
  return Number(BigInt(`0x${seed}`) >> 11n) / 2 ** 53;
}
