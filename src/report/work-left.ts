import type { HuntSummary } from '../model/summary.ts';
import { eligibleRuns } from './fold-strata.ts';
import { durationText, plural, shareText } from './quantities.ts';

export interface WorkLeft {
  /** How far the hunt is by the rule that will end it first; null when no rule tells. */
  fraction: number | null;
  /** @example `40 s left`, `2 of 5 failures`; empty when no rule tells */
  text: string;
}

interface Estimate {
  fraction: number;
  /** Null: nobody can know. */
  leftMs: number | null;
  /** Said where no rule tells the time; may be empty. */
  text: string;
}

/** How far a hunt is by its stop rules, of which the first that is met ends it. */
export function workLeft(summary: HuntSummary, elapsedMs: number): WorkLeft {
  const estimates = [byLoops(summary), byTime(summary, elapsedMs), byFailures(summary), byRate(summary)].filter(
    (estimate) => estimate !== null,
  );
  if (estimates.length === 0) return { fraction: null, text: '' };
  const fraction = Math.max(...estimates.map((estimate) => estimate.fraction));
  const times = estimates.map(({ leftMs }) => leftMs).filter((leftMs) => leftMs !== null);
  if (times.length > 0) return { fraction, text: timeLeft(Math.min(...times)) };
  return {
    fraction,
    text: estimates
      .map((estimate) => estimate.text)
      .filter(Boolean)
      .join(', '),
  };
}

function byLoops({ header, runs, strata }: HuntSummary): Estimate | null {
  const { loops } = header.stop;
  if (loops === null) return null;
  return { fraction: runs / loops, leftMs: timeFor(loops - runs, strata), text: '' };
}

function byTime({ header }: HuntSummary, elapsedMs: number): Estimate | null {
  const { timeMs } = header.stop;
  return timeMs === null ? null : { fraction: elapsedMs / timeMs, leftMs: timeMs - elapsedMs, text: '' };
}

function byFailures({ header, counts }: HuntSummary): Estimate | null {
  const wanted = header.stop.failures;
  if (wanted === null) return null;
  const found = counts.fail + counts.hang + (header.masked === 'fail' ? counts.masked : 0);
  return { fraction: found / wanted, leftMs: null, text: `${found} of ${plural(wanted, 'failure')}` };
}

/** As long as nothing fails, the number of clean runs that bound the rate is known; after a failure it is not. */
function byRate({ header, counts, strata }: HuntSummary): Estimate | null {
  const rate = header.stop.untilRate;
  if (rate === null) return null;
  const failures = counts.fail + counts.hang + (header.masked === 'fail' ? counts.masked : 0);
  const text = `until below ${shareText(rate)}`;
  if (failures > 0) return { fraction: 0, leftMs: null, text };
  const needed = Math.log(0.05) / Math.log1p(-rate);
  const eligible = eligibleRuns(counts);
  return { fraction: eligible / needed, leftMs: timeFor(needed - eligible, strata), text };
}

/** Milliseconds for so many runs at the speed of the stratum that is hunted now. */
function timeFor(runs: number, strata: HuntSummary['strata']): number | null {
  const speed = strata.at(-1)?.runsPerSecond ?? 0;
  return speed > 0 ? (1000 * runs) / speed : null;
}

function timeLeft(ms: number): string {
  return ms <= 0 ? 'ending' : `${durationText(1e6 * Math.ceil(ms / 1000))} left`;
}
