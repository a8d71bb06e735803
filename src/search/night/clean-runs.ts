import type { Seen } from '../../model/bisect.ts';
import { rateInterval } from '../../stats/interval.ts';
import { leastCleanRuns, cleanRunsFor as runsAtRate } from '../confirm/plan.ts';

/** Clean runs after which a failure is said to be gone: as many as `flakehunt confirm` asks for, given what was seen of it. */
export function cleanRunsFor({ failures, runs }: Seen): number {
  return Math.max(leastCleanRuns, runsAtRate(rateInterval(failures, runs).low));
}
