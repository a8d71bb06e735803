import type { Rate } from '../../model/summary.ts';
import { rateText } from '../quantities.ts';

/**
 * A posterior as a person reads it: `99.2 %`, `0.41 %`. From 90 % on it is rounded down, and it is never said to be all or
 * nothing: `over 99.99 %`, `below 0.01 %`.
 */
export function posteriorText(share: number): string {
  const percent = Number((100 * share).toPrecision(12));
  if (percent > 99.99) return 'over 99.99 %';
  if (percent < 0.01) return percent <= 0 ? '0 %' : 'below 0.01 %';
  if (percent < 90) return `${percent.toFixed(percent < 0.995 ? 2 : percent < 9.95 ? 1 : 0)} %`;
  const scale = percent < 99.9 ? 10 : 100;
  return `${(Math.floor(Number((percent * scale).toPrecision(12))) / scale).toFixed(percent < 99.9 ? 1 : 2)} %`;
}

/** A p-value: `p = 0.031`, `p = 2.1e-14`. */
export function pText(p: number): string {
  if (p < 1e-300) return 'p < 1e-300';
  return `p = ${p >= 0.001 ? Number(p.toPrecision(2)) : p.toExponential(1)}`;
}

/** A rate that prose does not break. */
export function wholeRate(rate: Rate): string {
  return whole(rateText(rate));
}

/** Words that prose does not part. */
export function whole(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}
