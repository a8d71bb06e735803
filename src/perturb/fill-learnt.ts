import type { Chaos, Learnt } from '../model/condition.ts';
import { conditionText, parseCondition } from './condition-text.ts';

/**
 * Canonical text of a condition with what its chaos left to be learnt filled in: what a run under it was really exposed
 * to, and all that is needed to repeat it elsewhere.
 * @throws UsageError for a text that parseCondition does not know
 * @example filledCondition('chaos:pct:2', { horizon: 25, spanUs: 4100 }) is 'chaos:pct:2:25'
 */
export function filledCondition(text: string, learnt: Learnt | null): string {
  if (learnt === null) return text;
  const condition = parseCondition(text);
  return conditionText({ ...condition, chaos: condition.chaos === null ? null : filled(condition.chaos, learnt) });
}

function filled(chaos: Chaos, { horizon, spanUs }: Learnt): Chaos {
  if ('horizon' in chaos) return { ...chaos, horizon: chaos.horizon ?? horizon };
  if ('spanUs' in chaos) return { ...chaos, spanUs: chaos.spanUs ?? spanUs };
  return chaos;
}
