import { UsageError } from '../errors.ts';
import type { Condition, Preempt } from '../model/condition.ts';
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

/** Why a condition cannot be put in force outside of guests, or null when it can. */
export function preemptObstacle({ preempt }: Pick<Condition, 'preempt'>): string | null {
  return preempt === null ? null : "preempt is set on a guest's kernel command line: add --kernel";
}

/** @throws UsageError for a condition that only a guest can be put under. */
export function checkPreempt(condition: Pick<Condition, 'preempt'>): void {
  const why = preemptObstacle(condition);
  if (why !== null)
    throw new UsageError(`${why}, such as --kernel /boot/vmlinuz-6.1.0, or leave preempt:${condition.preempt} out.`);
}
