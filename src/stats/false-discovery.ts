/**
 * For each of many tests the smallest rate of false discoveries at which it still counts as one (Y. Benjamini, Y. Hochberg,
 * "Controlling the False Discovery Rate", 1995).
 * @param ps chances under the null hypothesis, in any order
 * @returns in the same order
 */
export function falseDiscoveryRates(ps: readonly number[]): number[] {
  const order = ps.map((_, index) => index).sort((a, b) => (ps[b] ?? 1) - (ps[a] ?? 1));
  const rates = new Array<number>(ps.length).fill(1);
  let least = 1;
  for (const [fromTop, index] of order.entries()) {
    least = Math.min(least, ((ps[index] ?? 1) * ps.length) / (ps.length - fromTop));
    rates[index] = least;
  }
  return rates;
}
