import type { Seen } from '../model/bisect.ts';
import { fisherExact } from './fisher.ts';
import { logBeta } from './log-beta.ts';

export interface CheckRuns {
  /** Fresh runs of the side that failed more often, and of the other. */
  runs: number;
  otherRuns: number;
  /** Chance that the test will show the difference, by what was seen. */
  power: number;
}

/** What a check is to show, and what it may take. */
export interface CheckNeeds {
  /** Of Fisher's exact test, two-sided. */
  level: number;
  /** Most runs of the side that failed more often. */
  most: number;
  /** Runs of the other side for each of these, where its runs are the cheaper ones; default 1. */
  otherPer?: number;
  /** Default 0.95. */
  power?: number;
}

/**
 * How many fresh runs Fisher's exact test, two-sided at `level`, needs to show that two builds differ as they seemed to,
 * with a chance of `power`; at most a twentieth more than that, and `most` where as many do not do. The chance is that of
 * the failures to come by what was seen (rates drawn from Beta(1/2, 1/2) posteriors): the less is known, the more runs.
 */
export function checkRuns(
  before: Seen,
  after: Seen,
  { level, most, otherPer = 1, power = 0.95 }: CheckNeeds,
): CheckRuns {
  const [failing, other] = rank(before, after);
  const planWith = (runs: number): CheckRuns => {
    const otherRuns = Math.ceil(runs * otherPer);
    return { runs, otherRuns, power: checkPower(failing, other, level, { runs, otherRuns }) };
  };
  let enough = planWith(most);
  if (enough.power < power) return enough;
  let short = 0;
  while (enough.runs - short > 1 + short / 20) {
    const runs = Math.min(2 * short + 4, Math.floor((short + enough.runs) / 2));
    const tried = planWith(runs);
    if (tried.power < power) short = runs;
    else enough = tried;
  }
  return enough;
}

/** The one that failed more often comes first. */
function rank(a: Seen, b: Seen): [Seen, Seen] {
  return a.failures * b.runs >= b.failures * a.runs ? [a, b] : [b, a];
}

type Fresh = Pick<CheckRuns, 'runs' | 'otherRuns'>;

/** Chance that the test on so many fresh runs shows the first to fail more often. */
function checkPower(failing: Seen, other: Seen, level: number, fresh: Fresh): number {
  const upTo = cumulated(predicted(other, fresh.otherRuns));
  const likely = [...predicted(failing, fresh.runs).entries()].filter(([, chance]) => chance > 1e-7);
  // Among many, neighbours share the bound of the first, which is at most a little too strict.
  const stride = Math.ceil(likely.length / 200);
  let bound = -1;
  let power = 0;
  for (const [index, [failures, chance]] of likely.entries()) {
    if (index % stride === 0) bound = mostShown(failures, fresh, level);
    power += chance * (upTo[bound] ?? 0);
  }
  return power;
}

/** The most failures of the other side that differ from `failures` at `level`; -1: not even none. */
function mostShown(failures: number, { runs, otherRuns }: Fresh, level: number): number {
  let shown = -1;
  // The smallest number at the same rate or above: it is not fewer.
  let hidden = Math.ceil((failures * otherRuns) / runs);
  while (hidden - shown > 1) {
    const middle = Math.floor((shown + hidden) / 2);
    if (fisherExact({ failures, runs }, { failures: middle, runs: otherRuns }).p <= level) shown = middle;
    else hidden = middle;
  }
  return shown;
}

/** Chance of each number of failures in `runs` fresh runs: beta-binomial. */
function predicted({ failures, runs: seen }: Seen, runs: number): number[] {
  const a = failures + 0.5;
  const b = seen - failures + 0.5;
  const scale = logBeta(a, b) + Math.log(runs + 1);
  return Array.from({ length: runs + 1 }, (_, k) =>
    Math.exp(logBeta(k + a, runs - k + b) - logBeta(k + 1, runs - k + 1) - scale),
  );
}

function cumulated(chances: readonly number[]): number[] {
  let sum = 0;
  return chances.map((chance) => {
    sum += chance;
    return sum;
  });
}
