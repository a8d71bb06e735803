/**
 * Logarithm of the probability of `k` successes in `n` runs, each with probability `x`; `y` must be 1 - x, given apart so
 * that an `x` near 1 loses no digits. `k` and `n` may be fractions (the beta density is built from this), 0 <= k <= n.
 *
 * Loader's saddle-point form (C. Loader, "Fast and Accurate Computation of Binomial Probabilities", 2000): subtracting
 * log-gammas instead would lose eight digits at n = 1e7.
 */
export function logBinomialMass(k: number, n: number, x: number, y: number): number {
  if (k === 0) return n * logOf(y, x);
  if (k === n) return n * logOf(x, y);
  const corrections = stirlingError(n) - stirlingError(k) - stirlingError(n - k);
  const deviances = deviance(k, n * x) + deviance(n - k, n * y);
  return corrections - deviances - Math.log((2 * Math.PI * k * (n - k)) / n) / 2;
}

function logOf(p: number, complement: number): number {
  return p < 0.5 ? Math.log(p) : Math.log1p(-complement);
}

/** log(z!) minus Stirling's approximation of it, absolute error about 1e-16; z > 0. */
function stirlingError(z: number): number {
  let error = 0;
  let shifted = z;
  // error(z) - error(z + 1) in closed form; from 16 on the asymptotic series is exact in double precision.
  for (; shifted < 16; shifted++) error += (shifted + 0.5) * Math.log1p(1 / shifted) - 1;
  const square = shifted * shifted;
  const series =
    1 / 12 -
    (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / square) / square) / square) / square) / square;
  return error + series / shifted;
}

/** k log(k / mean) + mean - k, without cancellation when `k` is near `mean`. */
function deviance(k: number, mean: number): number {
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
