import type { BisectTarget } from '../../model/bisect.ts';
import type { HuntEvent } from '../../model/events.ts';
import type { HuntHeader } from '../../model/hunt.ts';
import { parseCondition } from '../../perturb/condition-text.ts';
import { filledCondition } from '../../perturb/fill-learnt.ts';
import { Memory } from '../../search/memory.ts';
import { type RunCounts, TargetCounter } from './count-runs.ts';
import type { SameFailure } from './same-failure.ts';

/** What one condition of a hunt says of the target. */
export interface ArmEvidence {
  /** Canonical text, with what the hunt had learnt filled in. */
  condition: string;
  counts: RunCounts;
  seconds: number;
  /** Id of the hunt. */
  from: string;
}

/** What a hunt says of a failure, condition by condition, the base one first. */
export async function huntEvidence(
  events: AsyncIterable<HuntEvent>,
  target: BisectTarget,
  rule: SameFailure,
): Promise<ArmEvidence[]> {
  const counter = new TargetCounter(target, rule);
  const conditions = new Map<number, string>();
  const seconds = new Map<string, number>();
  let header: HuntHeader | null = null;
  let memory: Memory | null = null;
  for await (const event of events) {
    if (event.type === 'hunt') {
      header = event.header;
      memory = new Memory(header);
    }
    if (event.type === 'batch') conditions.set(event.batch, event.stratum.condition);
    if (event.type === 'batch-end') {
      const text = conditions.get(event.batch) ?? '';
      seconds.set(text, (seconds.get(text) ?? 0) + event.elapsedUs / 1e6);
    }
    counter.apply(event);
    memory?.apply(event);
  }
  return counter.conditions().map((text) => ({
    condition: filledCondition(text, memory?.lessons.learnt(parseCondition(text).chaos, text) ?? null),
    counts: counter.of(text),
    seconds: seconds.get(text) ?? 0,
    from: header?.id ?? '',
  }));
}

/** Sums of arms under equal texts. */
export function pooledEvidence(arms: readonly ArmEvidence[]): ArmEvidence[] {
  const pools = new Map<string, ArmEvidence>();
  for (const arm of arms) {
    const before = pools.get(arm.condition);
    if (before === undefined) {
      pools.set(arm.condition, { ...arm, counts: { ...arm.counts, seen: { ...arm.counts.seen } } });
      continue;
    }
    before.seconds += arm.seconds;
    before.counts.seen.failures += arm.counts.seen.failures;
    before.counts.seen.runs += arm.counts.seen.runs;
    before.counts.runs += arm.counts.runs;
  }
  return [...pools.values()];
}
