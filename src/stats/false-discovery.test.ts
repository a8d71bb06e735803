import { expect, it } from 'vitest';
import { falseDiscoveryRates } from './false-discovery.ts';

it('is n p / rank, and never falls with p', () => {
  const rates = falseDiscoveryRates([0.01, 0.04, 0.03, 0.2, 0.5]);
  for (const [i, rate] of [0.05, 1 / 15, 1 / 15, 0.25, 0.5].entries()) expect(rates[i]).toBeCloseTo(rate, 6);
});

it('is empty for nothing', () => {
  expect(falseDiscoveryRates([])).toEqual([]);
});
