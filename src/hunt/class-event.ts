import type { ClassRecord } from '../model/engine.ts';
import type { ClassEvent } from '../model/events.ts';
import type { Outcome } from '../model/outcome.ts';
import type { JudgeRules } from '../model/suite.ts';
import type { Judgement } from '../model/verdict.ts';
import { excerpt } from '../oracle/excerpt.ts';
import { judge } from '../oracle/judge.ts';
import type { HuntLog } from '../store/hunt-log.ts';

export interface Judging {
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
export function classEvent(record: ClassRecord, id: number, t: number, { rules, refusal, log }: Judging): ClassEvent {
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
    judgement: judgementOf(outcome, rules, refusal),
  };
}

function judgementOf(outcome: Outcome, rules: JudgeRules, refusal: string | null): Judgement {
  if (refusal === null) return judge(outcome, rules);
  return { verdict: 'invalid', signature: null, known: null, reason: refusal };
}
