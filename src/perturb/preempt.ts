import { UsageError } from '../errors.ts';
import type { Preempt } from '../model/condition.ts';
import { didYouMean } from '../nearest.ts';

export const preempts: readonly Preempt[] = ['none', 'voluntary', 'full'];

/** Reads the value of `--preempt`. @throws UsageError */
export function readPreempt(value: string): Preempt {
  const found = preempts.find((one) => one === value.trim());
  if (found !== undefined) return found;
  throw new UsageError(
    `"${value.trim()}" is no way of preemption that Linux knows${didYouMean(value.trim(), preempts) || '.'} There are ${preempts.join(', ')}.`,
  );
}
