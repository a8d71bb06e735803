import type { Tails } from './beta.ts';
import { logPoissonMass } from './poisson.ts';

/** Both tails of the Gamma(a, 1) distribution at `x`. The smaller is computed directly, never as 1 minus the other. */
export function gammaTails(x: number, a: number): Tails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (isLeft(x, a)) {
    const lower = Math.exp(logLower(x, a));
    return { lower, upper: 1 - lower };
  }
  const upper = Math.exp(logUpper(x, a));
  return { lower: 1 - upper, upper };
}

/**
 * The x below (`tail` lower) or above (upper) which a Gamma(a, 1) variable lies with probability `p`, to about 1e-12 of x.
 *
 * Newton's method for log(tail) = log(p) over t = log(x), as in betaQuantile: on that scale the density is log-concave,
 * hence so are both tails, and the method converges from anywhere without bracketing.
 */
export function gammaQuantile(p: number, a: number, tail: 'lower' | 'upper'): number {
  const sign = tail === 'lower' ? 1 : -1;
  let t = Math.log(a);
  for (let step = 0; step < 200; step++) {
    const x = Math.exp(t);
    const logTail =
      tail === 'lower' ? logOf(x, a, isLeft, logLower, logUpper) : logOf(x, a, isRight, logUpper, logLower);
    const move = sign * (Math.log(p) - logTail) * Math.exp(logTail - logDensity(x, a));
    // From far on the wrong side the first step can leave the range of a double; a bounded one leads there too.
    t += Math.max(-20, Math.min(20, move));
    if (Math.abs(move) <= 1e-9) return Math.exp(t);
  }
  throw new RangeError(`no quantile ${p} of Gamma(${a}) found`);
}

type OfTail<T> = (x: number, a: number) => T;

/** log of a tail: directly on its own side, else from the other one. */
function logOf(x: number, a: number, isNear: OfTail<boolean>, near: OfTail<number>, far: OfTail<number>): number {
  return isNear(x, a) ? near(x, a) : Math.log1p(-Math.exp(far(x, a)));
}

function isLeft(x: number, a: number): boolean {
  return x < a + 1;
}

function isRight(x: number, a: number): boolean {
  return !isLeft(x, a);
}

/** log(x^a e^-x / Gamma(a)): the density of log(x) when x is Gamma(a, 1), and the prefactor of both tails. */
function logDensity(x: number, a: number): number {
  return logPoissonMass(a, x) + Math.log(a);
}

/** Power series of the lower incomplete gamma function (Abramowitz and Stegun 6.5.29), for x < a + 1. */
function logLower(x: number, a: number): number {
  let sum = 1;
  let term = 1;
  for (let n = 1; term > Number.EPSILON * sum; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return logDensity(x, a) - Math.log(a) + Math.log(sum);
}

/** Continued fraction of the upper incomplete gamma function (Abramowitz and Stegun 6.5.31, even part), by Lentz's method. */
function logUpper(x: number, a: number): number {
  let b = x + 1 - a;
  let value = b;
  let c = b;
  let d = 0;
  // About sqrt(a) terms are needed; the limit only keeps a NaN from looping for ever.
  for (let n = 1; n < 1_000_000; n++) {
    const numerator = n * (a - n);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    value *= c * d;
    if (Math.abs(c * d - 1) <= Number.EPSILON) return logDensity(x, a) - Math.log(value);
  }
  throw new RangeError(`the incomplete gamma function of (${x}; ${a}) did not converge`);
}
