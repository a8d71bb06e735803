import type { Stratum } from '../model/condition.ts';
import { plural } from './quantities.ts';

/** What tells strata apart: `1 worker`, `pin:one`, or both. */
export function stratumLabels(strata: readonly Stratum[]): string[] {
  const oneJobs = new Set(strata.map(({ jobs }) => jobs)).size === 1;
  const oneCondition = new Set(strata.map(({ condition }) => condition)).size === 1;
  return strata.map(({ condition, jobs }) => {
    const workers = plural(jobs, 'worker');
    if (oneCondition) return workers;
    return oneJobs ? condition : `${condition}, ${workers}`;
  });
}
