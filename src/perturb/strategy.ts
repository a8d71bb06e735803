import type { Condition } from '../model/condition.ts';
import type { NamedCondition } from '../model/settings.ts';
import { autoArms } from './auto-arms.ts';
import { conditionCalled, isName } from './condition-called.ts';
import { conditionOf, conditionText, type PartTexts, plainCondition } from './condition-text.ts';

/** What was asked for: a strategy, or the parts of one condition, or (`strategy` null, no parts) nothing. */
export interface StrategyWish {
  /** `auto`, a condition's name, or its text. */
  strategy: string | null;
  parts: PartTexts;
}

/** Which conditions a hunt tries, the base one first. */
export interface Strategy {
  /** `auto`, a condition's name as the user gave it, or its canonical text. */
  strategy: string;
  conditions: Condition[];
}

export interface StrategySurroundings {
  /** Conditions of the configuration. */
  own: readonly NamedCondition[];
  /** Control groups were delegated to us. */
  quota: boolean;
  /** Runs are made in guests, whose kernel takes `preempt=`. */
  preempt: boolean;
  /** The hunt is to bound the rate at which the test fails by itself. */
  boundsRate: boolean;
}

/** @throws UsageError for a name or text that means nothing. */
export function chooseStrategy({ strategy, parts }: StrategyWish, surroundings: StrategySurroundings): Strategy {
  const { own, quota, preempt, boundsRate } = surroundings;
  if (strategy === null && Object.keys(parts).length > 0) return byText(conditionOf(parts));
  const name = (strategy ?? (boundsRate ? 'plain' : 'auto')).trim();
  if (name === 'auto') return { strategy: name, conditions: autoArms({ quota, preempt }) };
  const condition = conditionCalled(name, own, 'strategy');
  return isName(name, own) ? { strategy: name, conditions: withBase(condition) } : byText(condition);
}

function byText(condition: Condition): Strategy {
  return { strategy: conditionText(condition), conditions: withBase(condition) };
}

/** What is only pinned still fails by itself; beside anything stronger the base rate is measured. */
function withBase(condition: Condition): Condition[] {
  const { noise, chaos, quota, preempt } = condition;
  const provokes = noise !== null || chaos !== null || quota !== null || preempt !== null;
  return provokes ? [{ ...plainCondition }, condition] : [condition];
}
