/**
 * Chance that an ordering bug of depth `depth` would have shown in `runs` runs under random priorities (PCT): in each it
 * does with at least 1 / (n k^(d-1)) (S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatti, "A Randomized Scheduler with
 * Probabilistic Guarantees of Finding Bugs", 2010).
 * @param threads n, at least 1
 * @param horizon k: events among which the changes of priority are drawn, at least 1
 */
export function pctBound(threads: number, horizon: number, depth: number, runs: number): number {
  const perRun = 1 / (Math.max(1, threads) * Math.max(1, horizon) ** (depth - 1));
  return perRun >= 1 ? Math.min(1, runs) : -Math.expm1(runs * Math.log1p(-perRun));
}
