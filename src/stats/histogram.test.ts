import { describe, expect, it } from 'vitest';
import { DurationHistogram, durationBucket } from './histogram.ts';

describe('durationBucket', () => {
  it('puts each power of two at the lower edge of its bucket', () => {
    for (let power = 0; power <= 40; power++) {
      expect(durationBucket(2 ** power)).toBe(4 * power);
      if (power > 2) expect(durationBucket(2 ** power - 1)).toBe(4 * power - 1);
    }
  });

  it('counts 0 microseconds as 1', () => {
    expect(durationBucket(0)).toBe(0);
  });
});

describe('DurationHistogram', () => {
  it('finds quantiles of known durations within a bucket', () => {
    const histogram = new DurationHistogram();
    for (let us = 1; us <= 10_000; us++) histogram.add(durationBucket(us), 1);
    for (const q of [0.1, 0.5, 0.9, 0.99]) {
      expect(Math.abs(Math.log2(histogram.quantile(q) / (q * 10_000)))).toBeLessThan(0.25);
    }
  });

  it('has no quantile before the first duration', () => {
    expect(new DurationHistogram().quantile(0.5)).toBeNaN();
  });

  it('skips gaps', () => {
    const histogram = new DurationHistogram();
    histogram.add(40, 99);
    histogram.add(80, 1);
    expect(histogram.quantile(0.5)).toBeGreaterThanOrEqual(2 ** 10);
    expect(histogram.quantile(0.5)).toBeLessThan(2 ** 10.25);
    expect(histogram.quantile(0.999)).toBeGreaterThanOrEqual(2 ** 20);
  });
});
