import { z } from 'zod';
import { UsageError } from '../errors.ts';
import type { NamedCondition } from '../model/settings.ts';
import { parseCondition } from '../perturb/condition-text.ts';
import { builtInConditions } from '../perturb/named-conditions.ts';
import { mapOr, optional, strict, text } from './schema-parts.ts';

const conditionText = text().transform((given, context) => {
  try {
    return parseCondition(given);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

const about = text().refine((given) => !given.includes('\n'), { error: 'must be one line' });

const name = z.string().superRefine((given, context) => {
  const message = nameComplaint(given);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

/** Conditions by name: the text of each, or a map that also says what it is for. */
export const conditionsSchema = z
  .record(name, mapOr(strict({ text: conditionText, about: optional(about) }), conditionText))
  .transform((given) => Object.entries(given).map(([key, one]) => named(key, one)));

type Given = { text: NamedCondition['condition']; about?: string | undefined } | NamedCondition['condition'];

function named(key: string, given: Given): NamedCondition {
  const { text: condition, about } = 'text' in given ? given : { text: given };
  return { name: key, condition, about: about ?? 'of the configuration file' };
}

/** Why a condition may not be called so, or null. A name has no colon: what has one is a text. */
function nameComplaint(given: string): string | null {
  if (given === 'auto' || builtInConditions.some((one) => one.name === given)) {
    return `"${given}" is built in; give yours another name`;
  }
  return /^[a-z][\w.-]*$/i.test(given)
    ? null
    : 'is no name of a condition; use letters, digits, "-", "_" and ".", a letter first';
}
