import type { Seen } from '../model/bisect.ts';
import { logBinomialMass } from './binomial.ts';

export interface FisherTest {
  /** Two-sided: the chance of all tables that are no likelier than the one seen, as R's fisher.test has it. */
  p: number;
  /** Chance that the first side has so few failures or fewer, were the rates equal. */
  less: number;
  /** Chance that it has so many or more. */
  greater: number;
}

/** Tables count as equally likely within this share, against rounding; the value is that of R's fisher.test. */
const tie = 1e-7;

/**
 * Fisher's exact test of whether two rates are equal: given the failures of both together, those of `a` are
 * hypergeometric (R. A. Fisher, "The Logic of Inductive Inference", 1935). To about 1e-12 of each value; the time grows
 * with the square root of the failures, not with the runs.
 */
export function fisherExact(a: Seen, b: Seen): FisherTest {
  const table = { mine: a.runs, others: b.runs, failures: a.failures + b.failures };
  const lowest = Math.max(0, table.failures - table.others);
  const highest = Math.min(table.failures, table.mine);
  if (lowest === highest) return { p: 1, less: 1, greater: 1 };
  // The mode is where the tails begin to fall from; the nearer one is summed, the other one follows from it.
  const mode = Math.floor(((table.failures + 1) * (table.mine + 1)) / (table.mine + table.others + 2));
  const outwards = a.failures < mode ? -1 : 1;
  const near = tail(table, a.failures, outwards);
  const far = Math.min(1, 1 - near + mass(table, a.failures));
  const end = outwards === 1 ? lowest - 1 : highest + 1;
  const opposite = tail(table, firstUnlikely(table, a.failures, end), -outwards);
  const p = Math.min(1, near + opposite);
  return outwards === 1 ? { p, less: far, greater: near } : { p, less: near, greater: far };
}

/** Runs of both sides, and failures of both together. */
interface Table {
  mine: number;
  others: number;
  failures: number;
}

/** Hypergeometric probability of `x` failures on the first side, as a quotient of binomial ones, whatever their rate. */
function mass({ mine, others, failures }: Table, x: number): number {
  if (x < 0 || x > mine || x > failures || failures - x > others) return 0;
  const runs = mine + others;
  const rate = failures / runs;
  const rest = (runs - failures) / runs;
  return Math.exp(
    logBinomialMass(x, mine, rate, rest) +
      logBinomialMass(failures - x, others, rate, rest) -
      logBinomialMass(failures, runs, rate, rest),
  );
}

/** Sum of the probabilities from `x` on, downwards (-1) or upwards (1), away from the mode, until they no longer count. */
function tail(table: Table, x: number, direction: number): number {
  let term = mass(table, x);
  let sum = 0;
  for (let at = x; term > Number.EPSILON * 1e-2 * sum; at += direction) {
    sum += term;
    term *= direction === 1 ? ratio(table, at) : 1 / ratio(table, at - 1);
  }
  return Math.min(1, sum);
}

/** Probability of x + 1 failures over that of x. */
function ratio({ mine, others, failures }: Table, x: number): number {
  return ((mine - x) / (x + 1)) * ((failures - x) / (others - failures + x + 1));
}

/** Beyond the mode as seen from `x`: the nearest table that is no likelier than that of `x`; `end` is beyond them all. */
function firstUnlikely(table: Table, x: number, end: number): number {
  const limit = mass(table, x) * (1 + tie);
  let likelier = x;
  let unlikely = end;
  while (Math.abs(unlikely - likelier) > 1) {
    const middle = Math.trunc((likelier + unlikely) / 2);
    if (mass(table, middle) > limit) likelier = middle;
    else unlikely = middle;
  }
  return unlikely;
}
