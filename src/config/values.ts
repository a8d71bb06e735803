import { UsageError } from '../errors.ts';
import type { MaskedPolicy } from '../model/verdict.ts';
import { didYouMean } from '../nearest.ts';

/** A text read as a value, or why not: a clause that follows the text itself (`10` "has no unit; write 10s ..."). */
export type Reading<T> = { ok: true; value: T } | { ok: false; problem: string };

export type Reader<T> = (text: string) => Reading<T>;

/** Counts end here: far above any hunt, and exact in a double. */
const MAX_COUNT = 1_000_000_000_000;

/** Ten years; longer ones are slips, and far below the range of timers' arithmetic. */
const MAX_DURATION_MS = 10 * 366 * 24 * 3_600_000;

/** What the supervisor takes, see src/native/PROTOCOL.md. */
const MAX_WORKERS = 1024;

const unitsMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const maskedPolicies: readonly MaskedPolicy[] = ['report', 'fail', 'ignore'];

/** `250ms`, `90s`, `10m`, `1.5h`, `2d` in milliseconds. Throws UsageError that names `option`. */
export function parseDuration(text: string, option: string): number {
  return settingFrom(readDuration, text, option);
}

/** A whole number from 1 to `max` (default MAX_COUNT); `1e4` is 10000. Throws UsageError that names `option`. */
export function parseCount(text: string, option: string, max = MAX_COUNT): number {
  return settingFrom((given) => readCount(given, max), text, option);
}

/** `0.1%` or `0.001`: a fraction above 0 and below 1. Throws UsageError that names `option`. */
export function parseRate(text: string, option: string): number {
  return settingFrom(readRate, text, option);
}

/** A number of workers, or `auto`. Throws UsageError that names `option`. */
export function parseJobs(text: string, option: string): number | 'auto' {
  return settingFrom(readJobs, text, option);
}

/** Throws UsageError that names `option`. */
export function parseMasked(text: string, option: string): MaskedPolicy {
  return settingFrom(readMasked, text, option);
}

export const readDuration: Reader<number> = (text) => {
  const match = /^(\d{1,15}(?:\.\d{1,9})?) ?([a-zA-Z]*)$/.exec(text.trim());
  if (match === null) return problem('is not a time; write a number with its unit, like 90s, 10m, 2h or 250ms');
  const [, number = '', unit = ''] = match;
  if (unit === '')
    return problem(`has no unit; write ${number}s for seconds, ${number}m for minutes or ${number}h for hours`);
  const factor = Object.hasOwn(unitsMs, unit) ? unitsMs[unit] : undefined;
  if (factor === undefined)
    return problem(`has an unknown unit "${unit}"; the units are ${Object.keys(unitsMs).join(', ')}`);
  const ms = Math.round(Number(number) * factor);
  if (ms < 1) return problem('is no time at all; the shortest is 1ms');
  if (ms > MAX_DURATION_MS) return problem('is too long; the longest is 3660d');
  return { ok: true, value: ms };
};

export function readCount(text: string, max = MAX_COUNT): Reading<number> {
  const range = `a whole number from 1 to ${max}`;
  const match = /^(-?)(\d{1,30})(?:[eE]\+?(\d{1,3}))?$/.exec(text.trim());
  if (match === null) return problem(`is not ${range}`);
  const [, sign, digits, exponent = '0'] = match;
  const value = Number(`${sign}${digits}e${exponent}`);
  if (value < 1) return problem(`is too small; it must be ${range}`);
  if (value > max) return problem(`is too large; it must be ${range}`);
  return { ok: true, value };
}

export const readRate: Reader<number> = (text) => {
  const match = /^(\d{0,9}(?:\.\d{1,15})?(?:e-\d{1,2})?) ?(%?)$/.exec(text.trim());
  const number = match === null || match[1] === '' ? Number.NaN : Number(match[1]);
  if (match === null || Number.isNaN(number))
    return problem('is not a rate; write a share of the runs like 0.1% or 0.001');
  const value = match[2] === '%' ? number / 100 : number;
  if (value <= 0) return problem('is not above 0; zero failures can only be bounded, so write the bound, like 0.1%');
  if (value >= 1) {
    const percent = match[2] !== '%' && number < 100 ? `; write ${number}% for a percentage` : '';
    return problem(`is not below 1 (100%)${percent}`);
  }
  return { ok: true, value };
};

export const readJobs: Reader<number | 'auto'> = (text) => {
  if (text.trim() === 'auto') return { ok: true, value: 'auto' };
  const count = readCount(text, MAX_WORKERS);
  return count.ok ? count : problem(`${count.problem}, or auto`);
};

export const readMasked: Reader<MaskedPolicy> = (text) => {
  const found = maskedPolicies.find((policy) => policy === text.trim());
  if (found !== undefined) return { ok: true, value: found };
  return problem(`is not one of ${maskedPolicies.join(', ')}${didYouMean(text.trim(), maskedPolicies)}`);
};

/** Throws UsageError that names `option`. */
export function settingFrom<T>(read: Reader<T>, text: string, option: string): T {
  const reading = read(text);
  if (reading.ok) return reading.value;
  const end = reading.problem.endsWith('?') ? '' : '.';
  throw new UsageError(`${option} ${quoted(text)} ${reading.problem}${end}`);
}

/** As typed when that reads well, else in quotes; never a whole page. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  return /^[\w.%+-]+$/.test(short) ? short : JSON.stringify(short);
}

function problem(sentence: string): { ok: false; problem: string } {
  return { ok: false, problem: sentence };
}
