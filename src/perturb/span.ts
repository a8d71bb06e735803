import { UsageError } from '../errors.ts';

const unitsUs = { us: 1, ms: 1000, s: 1_000_000 };
/** No run of a test worth hunting is longer. */
const longestUs = 3600 * unitsUs.s;

/** Reads `800us`, `4ms` or `2s` as microseconds, from 1us to 3600s. Throws UsageError, which calls it `what`. */
export function spanUs(text: string, what = 'the span of a run'): number {
  const [, number = '', unit = ''] = /^(\d{1,10})(us|ms|s)$/.exec(text) ?? [];
  const us = unit === '' ? Number.NaN : Number(number) * unitsUs[unit as keyof typeof unitsUs];
  if (us >= 1 && us <= longestUs) return us;
  throw new UsageError(
    `"${text}" is not ${what}; write a whole number with us, ms or s, such as 800us or 4ms, up to ${longestUs / unitsUs.s}s.`,
  );
}

/** The shortest text that spanUs reads as `us`: 4000 is `4ms`, 4001 is `4001us`. */
export function spanText(us: number): string {
  if (us % unitsUs.s === 0) return `${us / unitsUs.s}s`;
  return us % unitsUs.ms === 0 ? `${us / unitsUs.ms}ms` : `${us}us`;
}
