import { describe, expect, it, test } from 'vitest';
import { rateInterval } from '../stats/interval.ts';
import { poissonRateInterval, rateRatioInterval } from '../stats/speed.ts';
import { durationText, failureSpeedText, gainText, plural, rateText, shareText, speedText } from './quantities.ts';

test.each([
  [42, 10_000, '0.42 % [0.31, 0.56]'],
  [1, 10_000, '0.010 % [0.001, 0.047]'],
  [1, 231, '0.43 % [0.05, 2.01]'],
  [230, 231, '99.57 % [97.99, 99.95]'],
  [1, 1_000_000, '0.00010 % [0.00001, 0.00047]'],
  [3, 10, '30 % [9, 61]'],
  [9_999, 10_000, '99.990 % [99.953, 99.999]'],
  [0, 10_000, 'below 0.030 % (95 %)'],
  [0, 300, 'below 1.0 % (95 %)'],
  [0, 1, 'below 95 % (95 %)'],
  [3, 3, 'above 36 % (95 %)'],
  [10_000, 10_000, 'above 99 % (95 %)'],
  [0, 0, 'not measured'],
])('%d failures in %d runs read "%s"', (failures, runs, expected) => {
  expect(rateText(rateInterval(failures, runs))).toBe(expected);
});

test.each([
  [3, 4.568, '0.66 [0.18, 1.8]'],
  [770, 10.13, '76.0 [70.8, 81.5]'],
  [0, 4.568, 'below 0.66'],
  [0, 0, 'not measured'],
])('%d failures in %d s read "%s"', (failures, seconds, expected) => {
  expect(failureSpeedText(poissonRateInterval(failures, seconds))).toBe(expected);
});

test.each([
  [770, 10, 3, 4.6, '120x [44, 420]'],
  [100_000, 100, 100_000, 100, '1.00x [0.991, 1.01]'],
  [14, 0.4, 0, 4.6, 'at least 48x'],
  [1, 40, 0, 4.6, 'not measured'],
  [0, 0.4, 3, 4.6, 'not measured'],
  [0, 40, 30, 4.6, 'below 0.013x'],
  [0, 4, 0, 4.6, 'not measured'],
])('%d failures in %d s against %d in %d s read "%s"', (f, t, g, u, expected) => {
  const gain = rateRatioInterval({ failures: f, seconds: t }, { failures: g, seconds: u });
  expect(gainText(gain)).toBe(expected);
});

test.each([
  [0, '0 us'],
  [850, '850 us'],
  [4100, '4.1 ms'],
  [4000, '4 ms'],
  [61_200, '61 ms'],
  [999_900, '1 s'],
  [83_000_000, '83 s'],
  [100_000_000, '1 min 40 s'],
  [600_000_000, '10 min'],
  [3_600_000_000, '1 h'],
  [8_100_000_000, '2 h 15 min'],
])('%d microseconds read "%s"', (us, expected) => {
  expect(durationText(us)).toBe(expected);
});

describe('other numbers', () => {
  it('gives slow speeds digits', () => {
    expect([0.0123, 0.35, 1, 9.94, 119.6].map(speedText)).toEqual(['0.012/s', '0.35/s', '1/s', '9.9/s', '120/s']);
  });

  it('repeats a share as it was given', () => {
    expect([0.001, 0.1, 1e-7, 0.333].map(shareText)).toEqual(['0.1 %', '10 %', '0.00001 %', '33.3 %']);
  });

  it('knows one from many', () => {
    expect([plural(1, 'run'), plural(0, 'run'), plural(2, 'class', 'classes')]).toEqual([
      '1 run',
      '0 runs',
      '2 classes',
    ]);
  });
});
