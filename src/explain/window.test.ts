import { describe, expect, it } from 'vitest';
import { rateInterval } from '../stats/interval.ts';
import { sweepDistances, windowOf } from './window.ts';

const step = (distanceUs: number, failures: number) => ({ distanceUs, rate: rateInterval(failures, 8) });

describe('a window', () => {
  it('lies between the last distance that passes and the first that fails', () => {
    const window = windowOf([step(100, 8), step(-100, 0), step(10, 0), step(32, 4), step(316, 8)], []);
    expect([window.passesToUs, window.failsFromUs, window.natural]).toEqual([10, 100, null]);
  });

  it('has no end where it never fails', () => {
    const window = windowOf([step(10, 0), step(100, 0)], []);
    expect([window.passesToUs, window.failsFromUs]).toEqual([100, null]);
  });

  it('has no beginning where it always fails', () => {
    const window = windowOf([step(-10, 8), step(10, 8)], []);
    expect([window.passesToUs, window.failsFromUs]).toEqual([null, -10]);
  });

  it('stands beside the natural spread', () => {
    const natural = Array.from({ length: 100 }, (_, i) => i);
    expect(windowOf([], natural).natural).toEqual({ runs: 100, medianUs: 50, p99Us: 99 });
  });
});

it('sweeps from 10 ms before to 10 ms behind', () => {
  expect(sweepDistances).toHaveLength(18);
  expect([Math.min(...sweepDistances), Math.max(...sweepDistances)]).toEqual([-10_000, 10_000]);
});
