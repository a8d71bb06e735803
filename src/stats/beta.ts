import { logBinomialMass } from './binomial.ts';

export interface Tails {
  lower: number;
  upper: number;
}

/**
 * Both tails of the Beta(a, b) distribution at `x`; `y` must be 1 - x, given apart so that neither end loses digits. The
 * smaller tail is computed directly, never as 1 minus the other.
 */
export function betaTails(x: number, y: number, a: number, b: number): Tails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (y <= 0) return { lower: 1, upper: 0 };
  if (isLeft(x, a, b)) {
    const lower = Math.exp(logNearTail(x, y, a, b));
    return { lower, upper: 1 - lower };
  }
  const upper = Math.exp(logNearTail(y, x, b, a));
  return { lower: 1 - upper, upper };
}

/**
 * The x below (`tail` lower) or above (upper) which a Beta(a, b) variable lies with probability `p`, to about 1e-13 of x.
 * An upper quantile is asked for as such (p = 0.025), so that no digit of p is lost either.
 */
export function betaQuantile(p: number, a: number, b: number, tail: 'lower' | 'upper'): number {
  return tail === 'lower' ? logistic(lowerQuantileLogit(p, a, b)) : logistic(-lowerQuantileLogit(p, b, a));
}

/**
 * Newton's method for log(lower tail) = log(p) over t = log(x / (1 - x)). On that scale the density is log-concave, hence
 * so is the tail: from the left of the root every step stays left of it and the first step from the right leads there, so
 * the method converges from anywhere without bracketing, and an absolute error of t is a relative error of x.
 */
function lowerQuantileLogit(p: number, a: number, b: number): number {
  let t = Math.log(a / b);
  for (let step = 0; step < 100; step++) {
    const x = logistic(t);
    const y = logistic(-t);
    const logTail = isLeft(x, a, b) ? logNearTail(x, y, a, b) : Math.log1p(-Math.exp(logNearTail(y, x, b, a)));
    const move = (Math.log(p) - logTail) * Math.exp(logTail - logDensity(x, y, a, b));
    t += move;
    if (Math.abs(move) <= 1e-9) return t;
  }
  throw new RangeError(`no quantile ${p} of Beta(${a}, ${b}) found`);
}

/** Where the lower tail's continued fraction converges fast; elsewhere the upper tail's does. */
function isLeft(x: number, a: number, b: number): boolean {
  return x < (a + 1) / (a + b + 2);
}

/** log of the lower tail, for an x on the left; in logarithms because a Newton step may land where the tail underflows. */
function logNearTail(x: number, y: number, a: number, b: number): number {
  return logDensity(x, y, a, b) - Math.log(continuedFraction(x, y, a, b));
}

function logistic(t: number): number {
  return t < 0 ? Math.exp(t) / (1 + Math.exp(t)) : 1 / (1 + Math.exp(-t));
}

/** log(x^a y^b / B(a, b)): the density of log(x / y) when x is Beta(a, b), and the continued fraction's prefactor. */
function logDensity(x: number, y: number, a: number, b: number): number {
  return logBinomialMass(a, a + b, x, y) + Math.log((a * b) / (a + b));
}

/**
 * What divides the prefactor to give the lower tail: the continued fraction of A. R. DiDonato and A. H. Morris, "Algorithm
 * 708", 1992, by Lentz's method. Unlike the better known one it takes 1 - x apart and loses no digits when x is near 1.
 */
function continuedFraction(x: number, y: number, a: number, b: number): number {
  let value = (a * (a * y - b * x + 1)) / (a + 1);
  let c = value;
  let d = 0;
  // About sqrt(max(a, b)) terms are needed; the limit only keeps a NaN from looping for ever.
  for (let m = 1; m < 100_000; m++) {
    const before = a + 2 * m - 1;
    const numerator = (((a + m - 1) * (a + b + m - 1)) / before) * ((m * (b - m) * x * x) / before);
    const term = m + (m * (b - m) * x) / before + ((a + m) * (a * y - b * x + 1 + m * (1 + y))) / (before + 2);
    d = 1 / (term + numerator * d);
    c = term + numerator / c;
    value *= c * d;
    if (Math.abs(c * d - 1) <= Number.EPSILON) return value;
  }
  throw new RangeError(`the incomplete beta function of (${x}; ${a}, ${b}) did not converge`);
}
