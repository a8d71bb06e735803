import type { Seen } from '../../model/bisect.ts';

/** Consecutive nights may share their drift (a loaded week): so many of them count as one draw of it. */
const nightsAlike = 8;

/**
 * Failures and runs as they would count if nights did not differ: both divided by the design effect, the factor by which
 * drift widens their variance (J. N. K. Rao, A. J. Scott, "A Simple Method for the Analysis of Clustered Binary Data", 1992).
 * Taken at the side's own rate it would be too wide for a rate that rose and too narrow for one that fell. It is taken
 * between the rates of both sides, so that the chance of a ratio r falls as exp(-(ln r)^2 / 2 drift), that of normal log
 * odds, within a tenth of the exponent for a rise and a fifth for a fall by 2 to 50. A single failure counts as one.
 * @param nights that `seen` is made of
 * @param drift see suiteDrift
 */
export function effective(seen: Seen, other: Seen, nights: number, drift: number): Seen {
  const { failures, runs } = seen;
  const [own, others] = [oddsOf(seen), oddsOf(other)];
  const share = own > others ? 3 / 4 : 1 / 2;
  const odds = own ** share * others ** (1 - share);
  const expected = (runs * odds) / (1 + odds) ** 2;
  const design = 1 + (drift * Math.max(0, expected - 1)) / Math.max(1, nights / nightsAlike);
  const counted = Math.max(1, Math.round(runs / design));
  return { failures: Math.min(counted, Math.round(failures / design)), runs: counted };
}

function oddsOf({ failures, runs }: Seen): number {
  return Math.max(failures, 1 / 2) / Math.max(runs - failures, 1 / 2);
}
