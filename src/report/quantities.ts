import type { Rate } from '../model/summary.ts';

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

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
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
