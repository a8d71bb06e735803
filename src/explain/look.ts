/** What a few runs say of a forced order. */
export type Look = 'fails' | 'passes' | 'unclear';

/** Where the order decides, about so many runs fail; a busy machine lets an order slip now and then. */
const whereDecided = 0.92;
/** Either error has a chance of at most 1 in 20. */
const limit = Math.log(0.95 / 0.05);

/**
 * Whether runs in which an order was forced fail because of it, or no more often than runs do anyway: Wald's sequential test
 * of one rate against the other (Annals of Mathematical Statistics 16, 1945).
 * @param base share of runs that fail without any force; one next to that of decided runs is taken for 0.75
 */
export function look(failures: number, runs: number, base: number): Look {
  const ratio = likelihoodRatio(failures, runs, base);
  if (Math.abs(ratio) < limit) return 'unclear';
  return ratio > 0 ? 'fails' : 'passes';
}

/** The likelier of the two, for when no more runs are to be made. */
export function bestGuess(failures: number, runs: number, base: number): Exclude<Look, 'unclear'> {
  return likelihoodRatio(failures, runs, base) > 0 ? 'fails' : 'passes';
}

function likelihoodRatio(failures: number, runs: number, base: number): number {
  const usual = Math.min(0.75, Math.max(0.05, base));
  const passes = runs - failures;
  return failures * Math.log(whereDecided / usual) + passes * Math.log((1 - whereDecided) / (1 - usual));
}
