import { expect, it } from 'vitest';
import { wilsonLow } from './wilson.ts';

it.each([
  [1, 10],
  [5, 10],
  [10, 10],
  [11, 31],
  [990, 1000],
])('%i of %i lie as far above it as the score test allows', (successes, runs) => {
  const low = wilsonLow(successes, runs);
  expect(low).toBeLessThan(successes / runs);
  expect((successes / runs - low) / Math.sqrt((low * (1 - low)) / runs)).toBeCloseTo(1.96, 3);
});

it.each([
  [0, 0],
  [0, 10],
])('%i of %i are at least 0', (successes, runs) => {
  expect(wilsonLow(successes, runs)).toBe(0);
});
