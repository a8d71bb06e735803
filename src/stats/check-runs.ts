import type { Seen } from '../model/bisect.ts';
import { fisherExact } from './fisher.ts';
import { logBeta } from './log-beta.ts';

export interface CheckRuns {
  /** Fresh runs a side. */
  runs: number;
  /** Chance that the test will show the difference, by what was seen. */
  power: number;
}

/**
 * How many fresh runs a side Fisher's exact test, two-sided at `level`, needs to show that two builds differ as they seemed
 * to, with a chance of `power`; at most a twentieth more than that, and `most` where as many do not do. The chance is that
 * of the failures to come by what was seen (rates drawn from Beta(1/2, 1/2) posteriors): the less is known, the more runs.
 */
export function checkRuns(before: Seen, after: Seen, level: number, most: number, power = 0.95): CheckRuns {
  const [failing, other] = rank(before, after);
  const powerAt = (runs: number) => checkPower(failing, other, level, runs);
  let enough = { runs: most, power: powerAt(most) };
  if (enough.power < power) return enough;
  let short = 0;
  while (enough.runs - short > 1 + short / 20) {
    const runs = Math.min(2 * short + 4, Math.floor((short + enough.runs) / 2));
    const tried = { runs, power: powerAt(runs) };
    if (tried.power < power) short = runs;
    else enough = tried;
  }
  return enough;
}

/** The one that failed more often comes first. */
function rank(a: Seen, b: Seen): [Seen, Seen] {
  return a.failures * b.runs >= b.failures * a.runs ? [a, b] : [b, a];
}

/** Chance that the test on `runs` fresh runs of each shows the first to fail more often. */
function checkPower(failing: Seen, other: Seen, level: number, runs: number): number {
  const upTo = cumulated(predicted(other, runs));
  const likely = [...predicted(failing, runs).entries()].filter(([, chance]) => chance > 1e-7);
  // Among many, neighbours share the bound of the first, which is at most a little too strict.
  const stride = Math.ceil(likely.length / 200);
  let bound = -1;
  let power = 0;
  for (const [index, [failures, chance]] of likely.entries()) {
    if (index % stride === 0) bound = mostShown(failures, runs, level);
    power += chance * (upTo[bound] ?? 0);
  }
  return power;
}

/** The most failures of the other side that differ from `failures` at `level`; -1: not even none. */
function mostShown(failures: number, runs: number, level: number): number {
  let shown = -1;
  let hidden = failures;
  while (hidden - shown > 1) {
    const middle = Math.floor((shown + hidden) / 2);
    if (fisherExact({ failures, runs }, { failures: middle, runs }).p <= level) shown = middle;
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
