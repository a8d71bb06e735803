/** What a few runs say of a forced order. */
export type Look = 'fails' | 'passes' | 'unclear';

/** Of runs in which the order is forced, so many fail where it decides: no more than this, for orders slip on busy machines. */
const mostDecided = 0.97;
/** Part of that rate: what fails so often without the order decides nothing, however seldom it fails by itself. */
const halfDecided = 0.52;
/** Either error has a chance of at most 1 in 20. */
const limit = Math.log(0.95 / 0.05);

/**
 * Whether runs in which an order was forced fail because of it, or no more often than runs do anyway: Wald's sequential test
 * of one rate against the other (Annals of Mathematical Statistics 16, 1945).
 * @param forced share of runs that fail where the order decides
 * @param base share of runs that fail without any force
 */
export function look(failures: number, runs: number, forced: number, base: number): Look {
  const ratio = likelihoodRatio(failures, runs, forced, base);
  if (Math.abs(ratio) < limit) return 'unclear';
  return ratio > 0 ? 'fails' : 'passes';
}

/** The likelier of the two, for when no more runs are to be made. */
export function bestGuess(failures: number, runs: number, forced: number, base: number): Exclude<Look, 'unclear'> {
  return likelihoodRatio(failures, runs, forced, base) > 0 ? 'fails' : 'passes';
}

function likelihoodRatio(failures: number, runs: number, forced: number, base: number): number {
  const whereDecided = Math.min(mostDecided, Math.max(0.5, forced));
  const usual = Math.min(0.8 * whereDecided, Math.max(halfDecided * whereDecided, base));
  const passes = runs - failures;
  return failures * Math.log(whereDecided / usual) + passes * Math.log((1 - whereDecided) / (1 - usual));
}
