import type { z } from 'zod';
import { didYouMean } from '../nearest.ts';
import { text } from './schema-parts.ts';

const known = ['tree', 'artifact', 'test', 'jobs'] as const;

type Placeholder = (typeof known)[number];

/**
 * A text in which the placeholders of `allowed` will be filled in. Another one, or a misspelt one, would stay as it is,
 * so it is an error; other braces are texts (`{print $1}`).
 */
export function textWith(...allowed: Placeholder[]) {
  return text().superRefine((given, context: z.core.$RefinementCtx) => {
    for (const [whole, name = ''] of given.matchAll(/\{(\w{1,20})\}/g)) {
      const message = complaint(whole, name, allowed);
      if (message !== null) context.addIssue({ code: 'custom', message });
    }
  });
}

function complaint(whole: string, name: string, allowed: readonly string[]): string | null {
  if (allowed.includes(name)) return null;
  const places = allowed.map((word) => `{${word}}`).join(', ');
  if (known.some((word) => word === name)) return `${whole} means nothing here; what does is ${places}`;
  const guess = didYouMean(name, known);
  return guess === '' ? null : `${whole} means nothing${guess}`;
}
