/*
 * The two parts of Loader's saddle-point form of binomial and Poisson probabilities (C. Loader, "Fast and Accurate
 * Computation of Binomial Probabilities", 2000).
 */

/** log(z!) minus Stirling's approximation of it, absolute error about 1e-16; z > 0. */
export function stirlingError(z: number): number {
  return (z < seriesFrom ? ofSmallCounts[z] : undefined) ?? computed(z);
}

/** From here on the asymptotic series is exact in double precision. */
const seriesFrom = 16;

function computed(z: number): number {
  let error = 0;
  let shifted = z;
  // error(z) - error(z + 1) in closed form.
  for (; shifted < seriesFrom; shifted++) error += (shifted + 0.5) * Math.log1p(1 / shifted) - 1;
  const square = shifted * shifted;
  const series =
    1 / 12 -
    (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / square) / square) / square) / square) / square;
  return error + series / shifted;
}

/** Counts of failures are mostly small, and these take longest. */
const ofSmallCounts: readonly (number | undefined)[] = Array.from({ length: seriesFrom }, (_, z) =>
  z === 0 ? undefined : computed(z),
);

/** k log(k / mean) + mean - k, without cancellation when `k` is near `mean`. */
export function deviance(k: number, mean: number): number {
  const difference = k - mean;
  const ratio = difference / (k + mean);
  if (Math.abs(ratio) >= 0.1) return k * Math.log(k / mean) + mean - k;
  // log(k / mean) = 2 artanh(ratio), as a power series.
  let sum = difference * ratio;
  let power = 2 * k * ratio;
  let term = power;
  for (let odd = 3; Math.abs(term) > Number.EPSILON * sum; odd += 2) {
    power *= ratio * ratio;
    term = power / odd;
    sum += term;
  }
  return sum;
}
