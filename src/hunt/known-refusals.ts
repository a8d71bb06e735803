import type { Condition } from '../model/condition.ts';
import { plainCondition } from '../perturb/condition-text.ts';
import { type Means, obstacle } from '../perturb/obstacle.ts';
import type { Refusal } from './refusals.ts';

/** Parts of the conditions that the machine is known to refuse, so that no run is spent on finding out. */
export function knownRefusals(conditions: readonly Condition[], means: Means): Refusal[] {
  return (['chaos', 'quota'] as const).flatMap((part) => {
    const reasons = conditions.map((condition) => obstacle({ ...plainCondition, [part]: condition[part] }, means));
    const text = reasons.find((reason) => reason !== null);
    return text === undefined || text === null ? [] : [{ part, text }];
  });
}
