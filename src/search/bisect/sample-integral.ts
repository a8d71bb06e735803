import { logBeta } from '../../stats/log-beta.ts';

/** Integral over a rate from 0 to 1, by the midpoint rule on the logit scale, where ends that diverge are tame. */
export function integral(density: (p: number) => number): number {
  const width = 0.02;
  let sum = 0;
  for (let logit = -40 + width / 2; logit < 30; logit += width) {
    const p = 1 / (1 + Math.exp(-logit));
    sum += density(p) * p * (1 - p) * width;
  }
  return sum;
}

export function betaDensity(p: number, a: number, b: number): number {
  return Math.exp((a - 1) * Math.log(p) + (b - 1) * Math.log1p(-p) - logBeta(a, b));
}
