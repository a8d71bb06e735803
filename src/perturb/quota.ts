import { UsageError } from '../errors.ts';
import type { Quota } from '../model/condition.ts';
import { wholeNumber } from './whole-number.ts';

/** The kernel takes no shorter quota or period (min_cfs_quota_period) and no longer period (max_cfs_quota_period). */
const shortestMs = 1;
const longestMs = 1000;
const usualPeriodMs = '10';

/**
 * Reads the value of `--quota`, a share of one CPU and the period it is dealt out in: `20%/10ms`, or `20%` for the same.
 * Throws UsageError.
 */
export function readQuota(value: string): Quota {
  const match = /^(\d+)%(?:\/(\d+)ms)?$/.exec(value.trim());
  if (match === null) {
    throw new UsageError(
      `"${value.trim()}" is not a quota; write a share of one CPU and the period it is dealt out in, such as 20%/10ms.`,
    );
  }
  const [, share = '', period = usualPeriodMs] = match;
  const percent = wholeNumber(share, 'The share of a quota, in percent,', 1, 100);
  const periodMs = wholeNumber(period, 'The period of a quota, in milliseconds,', shortestMs, longestMs);
  if ((percent * periodMs) / 100 < shortestMs) {
    const enough = Math.ceil((100 * shortestMs) / percent);
    throw new UsageError(
      `${percent}% of ${periodMs} ms is less than ${shortestMs} ms, the shortest time that the kernel deals out; write ${percent}%/${enough}ms.`,
    );
  }
  return { percent, periodMs };
}

/** The value that readQuota turns into `quota`. */
export function quotaText({ percent, periodMs }: Quota): string {
  return `${percent}%/${periodMs}ms`;
}
