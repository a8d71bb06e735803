import type { FailureSpeed, Gain, Rate } from '../model/summary.ts';

/**
 * A rate as a person reads it: `0.42 % [0.31, 0.56]`; without failures `below 0.030 % (95 %)`. The interval decides the
 * digits: two of its width, and as many as keep its ends off 0 and 100 %.
 */
export function rateText({ failures, runs, observed, low, high }: Rate): string {
  if (runs === 0) return 'not measured';
  if (failures === 0) return `below ${upperBoundText(high)} (95 %)`;
  if (failures === runs) return `above ${roundTo(low, Math.floor)} % (95 %)`;
  const decimals = Math.max(decimalsOf(100 * (high - low)), firstDigit(100 * low), firstDigit(100 * (1 - high)));
  const [at, from, to] = [observed, low, high].map((share) => (100 * share).toFixed(decimals));
  return `${at} % [${from}, ${to}]`;
}

/** A bound, rounded up so that it stays one: `0.030 %`. */
export function upperBoundText(share: number): string {
  return `${roundTo(share, Math.ceil)} %`;
}

/** A rate as the user gave it: `0.1 %`. */
export function shareText(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}

/** @example `850 us`, `4.1 ms`, `1.3 s`, `2 min 5 s` */
export function durationText(us: number): string {
  if (us < 1000) return `${Math.round(us)} us`;
  if (us < 999_500) return `${digits(us / 1000)} ms`;
  if (us < 99_500_000) return `${digits(us / 1e6)} s`;
  return longText(Math.round(us / 1e6));
}

/** Runs a second: `0.35/s`, `120/s`. */
export function speedText(perSecond: number): string {
  return `${perSecond < 1 ? perSecond.toPrecision(2) : digits(perSecond)}/s`;
}

/** Failures a second: `3.8 [1.2, 9.0]`; without failures `below 0.31`. */
export function failureSpeedText({ failures, observed, low, high }: FailureSpeed): string {
  if (high === null) return 'not measured';
  return failures === 0 ? `below ${toDigits(high, 2, Math.ceil)}` : intervalText(observed, low, high, '');
}

/**
 * How many times as fast: `96x [60, 150]`, `at least 40x` over what never failed, `below 0.31x` without a failure. What
 * has no failure but was not tried long enough to be called slower, or failed too seldom to be called faster than what
 * never failed, is not measured.
 */
export function gainText({ observed, low, high }: Gain): string {
  if (low === 0 && (high === null || high > 1)) return 'not measured';
  if (observed === null && low <= 1) return 'not measured';
  if (observed === null || high === null) return `at least ${toDigits(low, 2, Math.floor)}x`;
  return observed === 0 ? `below ${toDigits(high, 2, Math.ceil)}x` : intervalText(observed, low, high, 'x');
}

/** @example `312 KiB`, `24.1 MiB` */
export function bytesText(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, count < 1 ? 0 : Math.floor(Math.log(count) / Math.log(1024)));
  const value = count / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** How long ago something was, of a time in milliseconds: `just now`, `3 h ago`. What is to come is now. */
export function agoText(ms: number): string {
  const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
  if (ms < minute) return 'just now';
  if (ms < hour) return `${Math.floor(ms / minute)} min ago`;
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h ago`;
  return `${Math.floor(ms / day)} d ago`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Two digits each, three where the interval is narrow. */
function intervalText(at: number, low: number, high: number, unit: string): string {
  const count = high < 1.3 * low ? 3 : 2;
  const [middle, from, to] = [at, low, high].map((value) => toDigits(value, count, Math.round));
  return `${middle}${unit} [${from}, ${to}]`;
}

/** @example toDigits(0.0613, 2, Math.round) is `0.061`, toDigits(943, 2, Math.floor) is `940` */
function toDigits(value: number, count: number, round: (value: number) => number): string {
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(value)) + 1 - count;
  // Multiplied and divided by whole powers of ten only, which are exact.
  const scaled = exponent < 0 ? value * 10 ** -exponent : value / 10 ** exponent;
  const whole = round(Number(scaled.toPrecision(12)));
  return exponent < 0 ? (whole / 10 ** -exponent).toFixed(-exponent) : String(whole * 10 ** exponent);
}

function longText(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return seconds % 60 > 0 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
}

function digits(value: number): string {
  return value < 9.95 ? String(Number(value.toFixed(1))) : String(Math.round(value));
}

/** A bound in percent, rounded to two significant digits. */
function roundTo(share: number, round: (value: number) => number): string {
  // Binary fractions put a bound a hair beyond a round number; it is that number.
  const percent = Number((100 * share).toPrecision(12));
  const scale = 10 ** decimalsOf(percent);
  const rounded = round(Number((percent * scale).toPrecision(12))) / scale;
  return rounded.toFixed(decimalsOf(rounded));
}

function firstDigit(percent: number): number {
  return Math.max(0, -Math.floor(Math.log10(percent)));
}

function decimalsOf(percent: number): number {
  return percent === 0 ? 0 : Math.max(0, 1 - Math.floor(Math.log10(percent)));
}
