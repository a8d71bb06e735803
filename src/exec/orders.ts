import type { Batch, EngineJob } from '../model/engine.ts';
import { formatCpuList } from '../perturb/cpu-list.ts';
import { formatLine } from './protocol-line.ts';

/** Version of PROTOCOL.md this side speaks. */
export const PROTOCOL_VERSION = 1;

/** The lines that open a session: plan, arguments, environment, begin. */
export function formatPlan(job: EngineJob): string {
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
  });
  const args = job.argv.map((value) => formatLine('arg', { value }));
  const env = Object.entries(job.env).map(([name, value]) => formatLine('env', { value: `${name}=${value}` }));
  return [plan, ...args, ...env, 'begin\n'].join('');
}

/** One batch order. `cpus` is the set the pin policy deals from. */
export function formatBatch(batch: Batch, cpus: number[]): string {
  const pin = batch.condition.pin;
  return formatLine('batch', {
    id: batch.id,
    jobs: batch.jobs,
    pin: pin.policy,
    cpus: formatCpuList(pin.policy === 'list' ? pin.cpus : cpus),
    runs: batch.runs ?? undefined,
    ms: batch.ms ?? undefined,
  });
}

export function formatStop(graceMs: number): string {
  return formatLine('stop', { grace_ms: Math.max(0, Math.round(graceMs)) });
}
