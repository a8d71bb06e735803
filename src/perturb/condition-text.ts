import { UsageError } from '../errors.ts';
import type { Condition } from '../model/condition.ts';
import { didYouMean } from '../nearest.ts';
import { chaosText, readChaos } from './chaos.ts';
import { checkTogether, withImpliedPin } from './combination.ts';
import { noiseText, readNoise } from './noise.ts';
import { pinText, readPin } from './pin.ts';
import { readPreempt } from './preempt.ts';
import { quotaText, readQuota } from './quota.ts';

/** The empty condition: nothing is perturbed. */
export const plainCondition: Condition = {
  pin: { policy: 'free' },
  noise: null,
  chaos: null,
  quota: null,
  preempt: null,
};

/** Values of a condition's parts, as behind `--pin`, `--noise`, `--chaos`, `--quota` and `--preempt`. */
export type PartTexts = { [Key in keyof Condition]?: string };

/**
 * One part of a condition's text. Logs are read for years: a part may be added to `parts` (its absence then means "not
 * perturbed that way"), never renamed, and its values stay readable. The order in the table is the order in the text.
 */
interface Part {
  /** The value after `key:`, or null when the condition does nothing of the kind. */
  write(condition: Condition): string | null;
  read(value: string): Partial<Condition>;
}

const parts: Record<keyof Condition, Part> = {
  pin: {
    write: ({ pin }) => (pin.policy === 'free' ? null : pinText(pin)),
    read: (value) => ({ pin: readPin(value) }),
  },
  noise: {
    write: ({ noise }) => (noise === null ? null : noiseText(noise)),
    read: (value) => ({ noise: readNoise(value) }),
  },
  chaos: {
    write: ({ chaos }) => (chaos === null ? null : chaosText(chaos)),
    read: (value) => ({ chaos: readChaos(value) }),
  },
  quota: {
    write: ({ quota }) => (quota === null ? null : quotaText(quota)),
    read: (value) => ({ quota: readQuota(value) }),
  },
  preempt: {
    write: ({ preempt }) => preempt,
    read: (value) => ({ preempt: readPreempt(value) }),
  },
};

export const partNames = Object.keys(parts) as readonly (keyof Condition)[];

/**
 * Canonical text of a condition, equal for equal conditions: `plain`, or its parts joined by commas, each `key:value`:
 * `pin:0,2-3`, `noise:switch:2,yield:2@free,chaos:pct:2`.
 */
export function conditionText(condition: Condition): string {
  const meant = withImpliedPin(condition);
  const texts = Object.entries(parts).flatMap(([key, part]) => {
    const value = part.write(meant);
    return value === null ? [] : [`${key}:${value}`];
  });
  return texts.length === 0 ? 'plain' : texts.join(',');
}

/** The condition with these parts. Throws UsageError for a part that cannot be read, and for parts that exclude each other. */
export function conditionOf(texts: PartTexts): Condition {
  const condition = { ...plainCondition };
  for (const key of partNames) {
    const value = texts[key];
    if (value !== undefined) Object.assign(condition, parts[key].read(value));
  }
  checkTogether(condition);
  return withImpliedPin(condition);
}

/** Inverse of conditionText; parts may come in any order. Throws UsageError, also for a part of a newer flakehunt. */
export function parseCondition(text: string): Condition {
  const given = text.trim();
  if (given === 'plain') return { ...plainCondition };
  const texts: PartTexts = {};
  for (const term of splitParts(given)) {
    const colon = term.indexOf(':');
    const name = term.slice(0, Math.max(0, colon));
    const key = partNames.find((known) => known === name);
    if (key === undefined) throw new UsageError(unknownPart(term, given));
    if (texts[key] !== undefined) throw new UsageError(`"${key}" stands twice in the condition "${given}".`);
    texts[key] = term.slice(colon + 1);
  }
  return conditionOf(texts);
}

/** Commas also separate CPUs and classes of noise: one ends a part only before a `key:`, in noise only before a known one. */
function splitParts(text: string): string[] {
  const terms: string[] = [];
  for (const term of text.split(/,(?=[a-z-]+:)/)) {
    const last = terms.length - 1;
    const isPart = partNames.some((name) => term.startsWith(`${name}:`));
    if (!isPart && terms[last]?.startsWith('noise:')) terms[last] += `,${term}`;
    else terms.push(term);
  }
  return terms;
}

function unknownPart(term: string, text: string): string {
  const name = term.split(':')[0] ?? '';
  const forms = 'each written like chaos:pct:2 and joined by commas';
  return `"${term}" in the condition "${text}" is unknown${didYouMean(name, partNames) || '.'} The parts of a condition are ${partNames.join(', ')}, ${forms}; a newer flakehunt may know more.`;
}
