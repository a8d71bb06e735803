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
  const spend = (batch: number, own: number) => {
    const text = conditions.get(batch) ?? '';
    seconds.set(text, (seconds.get(text) ?? 0) + own);
  };
  // A batch that is broken off (its time is over, somebody interrupts) has no end of its own.
  let open: { batch: number; began: number; last: number } | null = null;
  let header: HuntHeader | null = null;
  let memory: Memory | null = null;
  for await (const event of events) {
    if (event.type === 'hunt') {
      header = event.header;
      memory = new Memory(header);
    }
    if (event.type === 'batch') {
      if (open !== null) spend(open.batch, (open.last - open.began) / 1000);
      open = { batch: event.batch, began: event.t, last: event.t };
      conditions.set(event.batch, event.stratum.condition);
    }
    if (event.type === 'class' || event.type === 'tally') open = open === null ? null : { ...open, last: event.t };
    if (event.type === 'batch-end') {
      spend(event.batch, event.elapsedUs / 1e6);
      open = null;
    }
    counter.apply(event);
    memory?.apply(event);
  }
  if (open !== null) spend(open.batch, (open.last - open.began) / 1000);
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
