import { UsageError } from '../errors.ts';

/** Reads a whole number from `least` to `most`. Throws UsageError, which calls it `what`: "The depth of pct". */
export function wholeNumber(text: string, what: string, least: number, most: number): number {
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${what} is a whole number from ${least} to ${most}, not "${text}".`);
}
