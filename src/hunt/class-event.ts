import type { ClassRecord } from '../model/engine.ts';
import type { ClassEvent } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { JudgeRules } from '../model/suite.ts';
import type { Judgement } from '../model/verdict.ts';
import { excerpt } from '../oracle/excerpt.ts';
import { judge } from '../oracle/judge.ts';
import type { HuntLog } from '../store/hunt-log.ts';

export interface Judging {
  header: Pick<HuntHeader, 'guest'>;
  rules: JudgeRules;
  /** Why nothing can be learned here, whatever the runs return; null when nothing stands in the way. */
  refusal: string | null;
  /** Keeps the outputs. */
  log: HuntLog;
}

/**
 * The first run of a class, judged.
 * @param id the class's number in the hunt: engines count from 1 in every session
 */
export function classEvent(
  record: ClassRecord,
  id: number,
  t: number,
  { header, rules, refusal, log }: Judging,
): ClassEvent {
  const { outcome } = record;
  const file = outcome.output.total > 0 ? log.writeOutput(id, outcome.output.bytes) : null;
  return {
    type: 'class',
    t,
    class: id,
    run: record.run,
    batch: record.batch,
    exact: record.exact,
    schedule: record.schedule,
    ending: outcome.ending,
    usage: outcome.usage,
    output: { file, total: outcome.output.total, cutAt: outcome.output.cutAt },
    excerpt: excerpt(outcome, rules),
    stacks: outcome.stacks,
    kernelLog: outcome.kernelLog,
    core: outcome.core,
    judgement: refusal === null ? judge(outcome, rules, isInGuest(header)) : invalid(refusal),
  };
}

function isInGuest({ guest = null }: Pick<HuntHeader, 'guest'>): boolean {
  return guest !== null;
}

function invalid(reason: string): Judgement {
  return { verdict: 'invalid', signature: null, known: null, reason };
}
