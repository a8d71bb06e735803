import { UsageError } from '../errors.ts';
import type { Condition } from '../model/condition.ts';
import type { NamedCondition } from '../model/settings.ts';
import { didYouMean } from '../nearest.ts';
import { autoArms } from './auto-arms.ts';
import {
  conditionOf,
  conditionText,
  type PartTexts,
  parseCondition,
  partNames,
  plainCondition,
} from './condition-text.ts';
import { builtInConditions } from './named-conditions.ts';

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
  /** The hunt is to bound the rate at which the test fails by itself. */
  boundsRate: boolean;
}

/** @throws UsageError for a name or text that means nothing. */
export function chooseStrategy({ strategy, parts }: StrategyWish, surroundings: StrategySurroundings): Strategy {
  const { own, quota, boundsRate } = surroundings;
  if (strategy === null && Object.keys(parts).length > 0) return byText(conditionOf(parts));
  const name = (strategy ?? (boundsRate ? 'plain' : 'auto')).trim();
  if (name === 'auto') return { strategy: name, conditions: autoArms({ quota }) };
  const named = [...builtInConditions, ...own].find((one) => one.name === name);
  if (named !== undefined) return { strategy: name, conditions: withBase(named.condition) };
  if (!looksLikeText(name)) throw new UsageError(unknownName(name, own));
  return byText(parseCondition(name));
}

function byText(condition: Condition): Strategy {
  return { strategy: conditionText(condition), conditions: withBase(condition) };
}

/** What is only pinned still fails by itself; beside anything stronger the base rate is measured. */
function withBase(condition: Condition): Condition[] {
  const { noise, chaos, quota } = condition;
  const provokes = noise !== null || chaos !== null || quota !== null;
  return provokes ? [{ ...plainCondition }, condition] : [condition];
}

function looksLikeText(name: string): boolean {
  return partNames.some((part) => name.startsWith(`${part}:`));
}

function unknownName(name: string, own: readonly NamedCondition[]): string {
  const names = ['auto', ...[...builtInConditions, ...own].map((one) => one.name)];
  const whole = partNames.map((part) => `${part}:${name}`).find(isReadable);
  const guess = whole === undefined ? didYouMean(name, names) || '.' : `; did you mean "${whole}"?`;
  return `"${name}" is not a strategy${guess} The strategies are ${names.join(', ')}, or the text of a condition such as chaos:pct:2; \`flakehunt conditions\` tells what they provoke.`;
}

function isReadable(text: string): boolean {
  try {
    parseCondition(text);
    return true;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}
