/** Quantile of the normal distribution that leaves 2.5 % above. */
const z = 1.959963984540054;

/**
 * Lower end of the 95 % score interval of a rate (E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
 * Inference", 1927): for ranking thousands of rates, of which none is reported. 0 without runs.
 */
export function wilsonLow(successes: number, runs: number): number {
  if (runs === 0) return 0;
  const share = successes / runs;
  const spread = z * Math.sqrt((share * (1 - share)) / runs + z ** 2 / (4 * runs ** 2));
  return Math.max(0, (share + z ** 2 / (2 * runs) - spread) / (1 + z ** 2 / runs));
}
