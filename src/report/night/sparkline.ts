/** A row of bars, one a night, as high as the rate is beside the highest; a dot where none failed, a blank without runs. */
export function sparkline(rates: readonly { failures: number; runs: number }[], unicode: boolean): string {
  const bars = unicode ? '▁▂▃▄▅▆▇█' : '123456789';
  const shares = rates.map(({ failures, runs }) => (runs === 0 ? 0 : failures / runs));
  const highest = Math.max(...shares);
  return rates
    .map(({ failures, runs }, at) => {
      if (runs === 0) return ' ';
      if (failures === 0) return unicode ? '·' : '.';
      const step = Math.ceil(((shares[at] ?? 0) / highest) * bars.length) - 1;
      return bars[Math.max(0, step)] ?? '';
    })
    .join('');
}
