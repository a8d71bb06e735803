import type { Condition, CpuList } from '../model/condition.ts';

/**
 * CPUs that the noise of a batch is pinned to; null: none, the kernel places it.
 * `same` means all CPUs the batch deals from. `free` means anywhere, but for arms that go on only when the test's CPU is
 * idle: there noise keeps to the allowed CPUs on which no worker sits, if there are any.
 * @param own CPUs the batch deals its workers from
 * @param allowed CPUs this hunt may use
 */
export function noiseCpus({ noise, chaos }: Condition, jobs: number, own: CpuList, allowed: CpuList): CpuList | null {
  if (noise === null) return null;
  if (noise.cpus === 'same') return own;
  if (!needsIdleCpu(chaos)) return null;
  // Worker w of these arms sits on own[w mod n] (PROTOCOL.md, "Chaos").
  const taken = new Set(own.slice(0, jobs));
  const left = allowed.filter((cpu) => !taken.has(cpu));
  return left.length === 0 ? null : left;
}

function needsIdleCpu(chaos: Condition['chaos']): boolean {
  return chaos?.arm === 'handoff' || chaos?.arm === 'pct';
}
