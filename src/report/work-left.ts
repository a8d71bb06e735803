import type { HuntSummary, StratumSummary } from '../model/summary.ts';
import { hasArms } from './fold-arms.ts';
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

function byLoops(summary: HuntSummary): Estimate | null {
  const { loops } = summary.header.stop;
  if (loops === null) return null;
  return { fraction: summary.runs / loops, leftMs: timeFor(loops - summary.runs, summary), text: '' };
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

/**
 * As long as nothing fails, the number of clean runs that bound the rate is known; after a failure it is not. The bound is
 * that of one stratum: of the base condition, with the most runs.
 */
function byRate(summary: HuntSummary): Estimate | null {
  const { header, strata } = summary;
  const rate = header.stop.untilRate;
  if (rate === null) return null;
  const isBase = ({ stratum }: StratumSummary) => !hasArms(summary) || stratum.condition === header.conditions[0];
  const [most] = strata.filter(isBase).toSorted((a, b) => b.eligible - a.eligible);
  const { counts, eligible } = most ?? { counts: summary.counts, eligible: 0 };
  const failures = counts.fail + counts.hang + (header.masked === 'fail' ? counts.masked : 0);
  const text = `until below ${shareText(rate)}`;
  if (failures > 0) return { fraction: 0, leftMs: null, text };
  const needed = Math.log(0.05) / Math.log1p(-rate);
  return { fraction: eligible / needed, leftMs: timeFor(needed - eligible, summary), text };
}

/** Runs a second of the stratum that is hunted now; of several conditions in turn, of all of them. */
export function speedNow(summary: HuntSummary): number {
  const { strata, runs, elapsedMs } = summary;
  if (hasArms(summary)) return elapsedMs > 0 ? (1000 * runs) / elapsedMs : 0;
  return strata.at(-1)?.runsPerSecond ?? 0;
}

/** Milliseconds for so many runs. */
function timeFor(runs: number, summary: HuntSummary): number | null {
  const speed = speedNow(summary);
  return speed > 0 ? (1000 * runs) / speed : null;
}

function timeLeft(ms: number): string {
  return ms <= 0 ? 'ending' : `${durationText(1e6 * Math.ceil(ms / 1000))} left`;
}
