import type { Seen } from '../../model/bisect.ts';
import { checkRuns } from '../../stats/check-runs.ts';
import type { ChangeKind } from './levels.ts';

/** What a check is to show of the two sides of a change, and the time that it may take. */
export interface CheckQuestion {
  failing: Seen;
  clean: Seen;
  change: ChangeKind;
  /** That is wanted, of Fisher's exact test, two-sided. */
  level: number;
  /** A run of each side takes: one that hangs takes the time limit. */
  seconds: { failing: number; clean: number };
  budgetSeconds: number;
}

export interface CheckPlan {
  failingRuns: number;
  cleanRuns: number;
  /** The wanted one, or what can be reached within the time. */
  level: number;
}

/** Beyond a change that leaves nothing, so many expected failures must not come: what is only reduced shows then. */
const residue = 10;
/** Four failures beside four clean runs are the fewest that mean anything: p = 0.029. */
const leastRuns = 4;
/** Runs of the clean side for each of the failing one, at most. */
const mostPer = 8;
/** A level that would be reached less often than this is not worth asking for; one above is no statement any more. */
const leastPower = 0.8;
const loosest = 0.05;

/**
 * Fresh runs of both sides of a change, planned by time. Where runs of the failing side are the dearer ones, more of the
 * other are made, by the root of the ratio of the costs (W. G. Cochran, "Sampling Techniques", 1977, 5.5). Where the time does
 * not do for the wanted level, the level is doubled until it does.
 */
export function planCheck(question: CheckQuestion): CheckPlan {
  const { failing, clean, change, seconds, budgetSeconds } = question;
  const otherPer = Math.min(mostPer, Math.max(1, Math.floor(Math.sqrt(seconds.failing / seconds.clean))));
  const affordable = Math.floor(budgetSeconds / (seconds.failing + otherPer * seconds.clean));
  const most = Math.max(leastRuns, affordable);
  const { runs, level } = plannedAt(question, most, otherPer);
  const rate = Math.max(failing.failures, 1) / Math.max(failing.runs, 1);
  const wanted = change === 'gone' ? Math.ceil(residue / rate / otherPer) : 0;
  const failingRuns = Math.max(leastRuns, Math.min(most, Math.max(runs, wanted)));
  return { failingRuns, cleanRuns: failingRuns * otherPer, level };

  function plannedAt({ level: first }: CheckQuestion, mostRuns: number, per: number) {
    for (let at = first; ; at = Math.min(loosest, 2 * at)) {
      const planned = checkRuns(failing, clean, { level: at, most: mostRuns, otherPer: per });
      if (planned.power >= leastPower || at >= loosest) return { runs: planned.runs, level: at };
    }
  }
}
