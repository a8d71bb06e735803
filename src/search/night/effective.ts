import type { Seen } from '../../model/bisect.ts';

/** Consecutive nights may share their drift (a loaded week): so many of them count as one draw of it. */
const nightsAlike = 8;

/**
 * Failures and runs as they would count if nights did not differ: both divided by the design effect, the factor by which
 * drift widens their variance (J. N. K. Rao, A. J. Scott, "A Simple Method for the Analysis of Clustered Binary Data", 1992).
 * A single failure counts as one: drift shows in pairs of failures only.
 * @param nights that `seen` is made of
 * @param drift see suiteDrift
 */
export function effective({ failures, runs }: Seen, nights: number, drift: number): Seen {
  const rate = failures / runs;
  const pairs = Math.max(0, Math.min(failures, runs - failures) - 1) * Math.max(rate, 1 - rate);
  const design = 1 + (drift * pairs) / Math.max(1, nights / nightsAlike);
  const counted = Math.max(1, Math.round(runs / design));
  return { failures: Math.min(counted, Math.round(failures / design)), runs: counted };
}
