import type { StratumSummary } from '../model/summary.ts';
import { pctBound } from '../stats/pct-bound.ts';
import { chaosArm } from './chaos-arm.ts';

/** What clean runs under random priorities exclude: a bug of that depth would have shown with that probability. */
export interface Exclusion {
  depth: number;
  threads: number;
  calls: number;
  runs: number;
  probability: number;
}

/** Null for a condition without random priorities, and where there was no order to change. */
export function exclusionOf({ stratum, effect, eligible }: StratumSummary): Exclusion | null {
  const { arm, parameter: depth } = chaosArm(stratum.condition) ?? {};
  if (arm !== 'pct' || depth === null || depth === undefined) return null;
  if (effect === null || effect.concurrent === 0 || effect.horizon === 0) return null;
  const threads = Math.ceil(effect.threads / effect.runs);
  const probability = pctBound(threads, effect.horizon, depth, eligible);
  return { depth, threads, calls: effect.horizon, runs: eligible, probability };
}
