import { UsageError } from '../errors.ts';
import type { Condition } from '../model/condition.ts';
import { pinText, readPin } from './pin.ts';

/** The empty condition: nothing is perturbed. */
export const plainCondition: Condition = { pin: { policy: 'free' } };

/**
 * One part of a condition's text. Logs are read for years: a part may be added to `parts` (its absence then means "not
 * perturbed that way"), never renamed, and its values stay readable. The order in the table is the order in the text.
 */
interface Part {
  /** The value after `key:`, or null when the condition does nothing of the kind. */
  write(condition: Condition): string | null;
  read(value: string): Partial<Condition>;
}

const parts: Record<string, Part> = {
  pin: {
    write: ({ pin }) => (pin.policy === 'free' ? null : pinText(pin)),
    read: (value) => ({ pin: readPin(value) }),
  },
};

/**
 * Canonical text of a condition, equal for equal conditions: `plain`, or its parts joined by commas, each `key:value`:
 * `pin:one`, `pin:0,2-3`.
 */
export function conditionText(condition: Condition): string {
  const texts = Object.entries(parts).flatMap(([key, part]) => {
    const value = part.write(condition);
    return value === null ? [] : [`${key}:${value}`];
  });
  return texts.length === 0 ? 'plain' : texts.join(',');
}

/** Inverse of conditionText; parts may come in any order. Throws UsageError, also for a part of a newer flakehunt. */
export function parseCondition(text: string): Condition {
  const condition = { ...plainCondition };
  if (text === 'plain') return condition;
  const seen = new Set<string>();
  // A comma also separates CPUs: only one before `key:` ends a part.
  for (const term of text.split(/,(?=[a-z]+:)/)) {
    const colon = term.indexOf(':');
    const key = term.slice(0, Math.max(0, colon));
    const part = Object.hasOwn(parts, key) ? parts[key] : undefined;
    if (part === undefined) {
      throw new UsageError(
        `"${term}" in the condition "${text}" is unknown to this flakehunt; the parts it knows are ${Object.keys(parts).join(', ')}. A newer flakehunt may have written it.`,
      );
    }
    if (seen.has(key)) throw new UsageError(`"${key}" stands twice in the condition "${text}".`);
    seen.add(key);
    Object.assign(condition, part.read(term.slice(colon + 1)));
  }
  return condition;
}
