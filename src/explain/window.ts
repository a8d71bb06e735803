import type { SweepStep, Window } from '../model/explain.ts';

/** Runs that nothing held, for a spread to be worth telling. */
const leastNatural = 10;

/**
 * From which distance of the two events on it fails: the widest distance up to which it mostly passes, and the narrowest
 * from which it mostly fails, by 95 % intervals.
 * @param steps any order
 * @param natural distances in runs that nothing held, in microseconds
 */
export function windowOf(steps: readonly SweepStep[], natural: readonly number[]): Window {
  const sorted = steps.toSorted((a, b) => a.distanceUs - b.distanceUs);
  const failing = sorted.find(({ rate }) => rate.low > 0.5)?.distanceUs ?? null;
  const passing = sorted.filter(
    ({ rate, distanceUs }) => rate.high < 0.5 && (failing === null || distanceUs < failing),
  );
  const spread = natural.toSorted((a, b) => a - b);
  const quantile = (share: number) => spread[Math.min(spread.length - 1, Math.floor(share * spread.length))] ?? 0;
  return {
    steps: sorted,
    passesToUs: passing.at(-1)?.distanceUs ?? null,
    failsFromUs: failing,
    natural:
      spread.length < leastNatural ? null : { runs: spread.length, medianUs: quantile(0.5), p99Us: quantile(0.99) },
  };
}

/** Distances of a sweep, both ways, in microseconds: nine steps a side, as the powers of the root of ten. */
export const sweepDistances: readonly number[] = [-1, 1].flatMap((side) =>
  Array.from({ length: 9 }, (_, step) => side * Math.round(10 ** (step / 2))),
);
