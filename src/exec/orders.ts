import type { Chaos, Force, Learnt, Noise, Quota } from '../model/condition.ts';
import type { Batch, EngineJob } from '../model/engine.ts';
import { formatCpuList } from '../perturb/cpu-list.ts';
import { noiseCpus } from './noise-cpus.ts';
import { formatLine } from './protocol-line.ts';

/** Version of PROTOCOL.md this side speaks. */
export const PROTOCOL_VERSION = 2;

type Fields = Record<string, string | number | undefined>;

/** What a plan for a guest has besides. */
export interface GuestPlan {
  /** From one run's number to the next: as many guests share the numbers of a hunt. */
  stride: number;
  /** Name each run in the kernel log before it starts, and send a `beat` once a second. */
  mark: boolean;
}

/** The lines that open a session: plan, arguments, environment, begin. */
export function formatPlan(job: EngineJob, guest: GuestPlan = { stride: 1, mark: false }): string {
  const plan = formatLine('plan', {
    version: PROTOCOL_VERSION,
    seed: job.seed,
    first_run: job.firstRun,
    limit_ms: job.limitMs,
    scratch: job.scratchDir,
    artifacts: job.artifactDir,
    max_cores: job.maxCores,
    max_stacks: job.maxStacks,
    kernel_log: job.kernelLog ? 1 : 0,
    cwd: job.cwd.kind === 'path' ? job.cwd.path : undefined,
    gdb: job.gdb ?? undefined,
    stress_ng: job.stressNg ?? undefined,
    cgroup: job.cgroup ?? undefined,
    strace: job.strace ?? undefined,
    strace_stacks: job.straceStacks === true ? 1 : undefined,
    stride: guest.stride === 1 ? undefined : guest.stride,
    mark: guest.mark ? 1 : undefined,
  });
  const args = job.argv.map((value) => formatLine('arg', { value }));
  const env = Object.entries(job.env).map(([name, value]) => formatLine('env', { value: `${name}=${value}` }));
  return [plan, ...args, ...env, 'begin\n'].join('');
}

/**
 * One batch order. `allowed` is the set the pin policy deals from, unless that is a list of its own; `from` is the number of
 * its first run where that is not simply the next.
 */
export function formatBatch(batch: Batch, allowed: number[], from?: number): string {
  const { pin, chaos, noise, quota } = batch.condition;
  const own = pin.policy === 'list' ? pin.cpus : allowed;
  return formatLine('batch', {
    id: batch.id,
    jobs: batch.jobs,
    pin: pin.policy,
    cpus: formatCpuList(own),
    from,
    runs: batch.runs ?? undefined,
    ms: batch.ms ?? undefined,
    ...chaosFields(chaos, batch.learnt),
    ...noiseFields(noise, noiseCpus(batch.condition, batch.jobs, own, allowed)),
    ...quotaFields(quota),
    ...replayFields(batch),
    stacks: batch.stacks === true ? 1 : undefined,
  });
}

export function formatStop(graceMs: number): string {
  return formatLine('stop', { grace_ms: Math.max(0, Math.round(graceMs)) });
}

/** What scales an arm until a run has taught better. */
const unlearnt: Learnt = { horizon: 32, spanUs: 4000 };

function chaosFields(chaos: Chaos | null, learnt: Learnt | null): Fields {
  if (chaos === null) return {};
  const { arm } = chaos;
  if (arm === 'slack') return { chaos: arm, slack_us: whole(chaos.ms * 1000) };
  const fields: Fields = { chaos: arm, classes: chaos.classes.join(',') };
  const scale = learnt ?? unlearnt;
  if (arm === 'pct') return { ...fields, depth: chaos.depth, horizon: whole(chaos.horizon ?? scale.horizon) };
  if (arm === 'delays') return { ...fields, count: chaos.count, horizon: whole(chaos.horizon ?? scale.horizon) };
  if (arm === 'victim') return { ...fields, span_us: whole(chaos.spanUs ?? scale.spanUs) };
  if (arm === 'force') return { ...fields, ...forceFields(chaos) };
  return fields;
}

function forceFields({ first, second, mode, after, offsetUs }: Force): Fields {
  return { first, second, mode, offset_us: offsetUs === 0 ? undefined : whole(offsetUs), after };
}

function noiseFields(noise: Noise | null, cpus: number[] | null): Fields {
  if (noise === null) return {};
  return {
    noise: noise.classes.map(({ name, count }) => `${name}:${count}`).join(','),
    noise_cpus: cpus === null ? undefined : formatCpuList(cpus),
  };
}

function quotaFields(quota: Quota | null): Fields {
  if (quota === null) return {};
  const periodUs = quota.periodMs * 1000;
  return { quota_us: whole((periodUs * quota.percent) / 100), period_us: whole(periodUs) };
}

function replayFields({ replay, trace }: Batch): Fields {
  if (replay === null) return { trace: trace === true ? 1 : undefined };
  const halt = replay.haltAt === null ? undefined : clip(replay.haltAt);
  return { as_run: replay.run, seed: replay.seed, trace: 1, halt };
}

/** The protocol knows whole numbers only, and none of these may be 0: a test of one thread has a horizon of 0. */
function whole(value: number): number {
  return Math.max(1, Math.round(value));
}

/** At most 256 bytes, the protocol's limit, of whole characters: output that holds a text holds its beginning too. */
function clip(text: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(text).subarray(0, 256), { stream: true });
}
