import { UsageError } from '../errors.ts';
import type { Condition } from '../model/condition.ts';
import type { NamedCondition } from '../model/settings.ts';
import { didYouMean } from '../nearest.ts';
import { conditionText, parseCondition, partNames } from './condition-text.ts';
import { builtInConditions } from './named-conditions.ts';

/** What the name may stand for: a strategy may be `auto`, which is many conditions. */
export type Called = 'strategy' | 'condition';

/**
 * By a name that `flakehunt conditions` lists, or its text.
 * @param own conditions of the configuration
 * @throws UsageError for a name or text that means nothing.
 */
export function conditionCalled(text: string, own: readonly NamedCondition[], called: Called): Condition {
  const given = text.trim();
  const named = find(given, own);
  if (named !== undefined) return named.condition;
  if (complaint(given) === null) return parseCondition(given);
  const mixed = mixture(given, own, called);
  if (mixed !== null) throw new UsageError(mixed);
  const whole = partNames.map((part) => `${part}:${given}`).find((candidate) => complaint(candidate) === null);
  if (whole === undefined && given.includes(':')) return parseCondition(given);
  throw new UsageError(unknown(given, whole, own, called));
}

export function isName(text: string, own: readonly NamedCondition[]): boolean {
  return find(text, own) !== undefined;
}

function find(name: string, own: readonly NamedCondition[]): NamedCondition | undefined {
  return [...builtInConditions, ...own].find((one) => one.name === name);
}

/** What to write instead of names joined by commas; null for what is something else. */
function mixture(given: string, own: readonly NamedCondition[], called: Called): string | null {
  const terms = given.split(',').map((term) => term.trim());
  if (terms.length < 2 || !terms.some((term) => isName(term, own))) return null;
  const texts = terms.map((term) => {
    const named = find(term, own);
    return named === undefined ? term : conditionText(named.condition);
  });
  const together = texts.filter((text) => text !== 'plain').join(',') || 'plain';
  const why = complaint(together);
  const refused = `"${given}" is not a ${called}, for names do not combine, only the texts of conditions do`;
  if (why === null) return `${refused}: write ${conditionText(parseCondition(together))}.`;
  return `${refused}, and not those of these: ${why}`;
}

function unknown(given: string, whole: string | undefined, own: readonly NamedCondition[], called: Called): string {
  const conditions = [...builtInConditions, ...own].map((one) => one.name);
  const [names, them] = called === 'strategy' ? [['auto', ...conditions], 'strategies'] : [conditions, 'conditions'];
  const guess = whole === undefined ? didYouMean(given, names) || '.' : `; did you mean "${whole}"?`;
  return `"${given}" is not a ${called}${guess} The ${them} are ${names.join(', ')}, or the text of a condition such as chaos:pct:2; \`flakehunt conditions\` tells what they provoke.`;
}

/** Why the text cannot be read, or null where it can. */
function complaint(text: string): string | null {
  try {
    parseCondition(text);
    return null;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}
