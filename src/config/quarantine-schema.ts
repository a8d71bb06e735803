import { z } from 'zod';
import type { Quarantine } from '../model/night.ts';
import { optional, strict, text, value } from './schema-parts.ts';
import type { Reader } from './values.ts';

const readDate: Reader<string> = (given) => {
  const day = given.trim();
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(`${day}T00:00:00Z`));
  // The parser of dates takes February 31st for March 3rd.
  if (isDay && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)) return { ok: true, value: day };
  return { ok: false, problem: 'is not a day; write it like 2027-01-31' };
};

/** Known failures that shall not make a night fail, each with somebody who answers for it and the day it ends. */
export const quarantineSchema = z.array(
  strict({
    test: text(),
    signature: optional(text()),
    reason: text(),
    owner: text(),
    expires: value(readDate),
  }).transform((given): Quarantine => ({ ...given, signature: given.signature ?? null })),
);
