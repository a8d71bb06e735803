import { expect, it } from 'vitest';
import { pctBound } from './pct-bound.ts';

it.each([
  [2, 25, 1, 1, 0.5],
  [2, 25, 1, 10, 1 - 2 ** -10],
  [3, 20, 2, 100, 1 - (1 - 1 / 60) ** 100],
  [4, 30, 3, 5000, 1 - (1 - 1 / 3600) ** 5000],
  [1, 25, 1, 1, 1],
  [1, 25, 1, 0, 0],
  [2, 25, 2, 0, 0],
])('%d threads, %d events, depth %d, %d runs: %d', (threads, horizon, depth, runs, expected) => {
  expect(pctBound(threads, horizon, depth, runs)).toBeCloseTo(expected, 12);
});

it('loses no digit where the chance of a run is tiny', () => {
  expect(pctBound(2, 1000, 4, 10) / (10 / 2e9)).toBeCloseTo(1, 8);
});

it('takes a run without concurrent calls for one with one', () => {
  expect(pctBound(0, 0, 3, 5)).toBe(1);
});
