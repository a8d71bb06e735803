import { describe, expect, it } from 'vitest';
import type { Seen } from '../../model/bisect.ts';
import { seededUniform } from '../../stats/random.ts';
import { areTwoRates, runsToCompare } from './equal-rates.ts';

function seen(failures: number, runs: number): Seen {
  return { failures, runs };
}

describe('runs to compare two ends by', () => {
  it('bring sixty failures where they are rare, and are few where each run fails', () => {
    expect(runsToCompare(seen(10, 200), 1e9)).toBe(1152);
    expect(runsToCompare(seen(10, 30), 1e9)).toBe(132);
    expect(runsToCompare(seen(20, 20), 1e9)).toBe(12);
  });

  it('keep to the time, but for the least that says anything', () => {
    expect(runsToCompare(seen(10, 200), 300)).toBe(300);
    expect(runsToCompare(seen(10, 200), 2)).toBe(12);
    expect(runsToCompare(seen(0, 0), 100)).toBe(12);
  });
});

describe('two ends', () => {
  const uniform = seededUniform('00000000000e9d5a');
  const runsAt = (rate: number, runs: number) =>
    seen(Array.from({ length: runs }, () => uniform() < rate).filter(Boolean).length, runs);
  const shareOfTwo = (a: number, b: number, confidence: number) => {
    const told = Array.from({ length: 300 }, () => {
      const runs = runsToCompare(seen(20, Math.round(40 / (a + b))), 1e9);
      return areTwoRates(runsAt(a, runs), runsAt(b, runs), confidence);
    });
    return told.filter(Boolean).length / told.length;
  };

  it.each([0.05, 0.3, 1])('of one rate are hardly ever told apart, at %d', (rate) => {
    expect(shareOfTwo(rate, rate, 0.99)).toBeLessThan(0.03);
  });

  it('of which one fails ten times as often nearly always are, and mostly where it is twice as often', () => {
    expect(shareOfTwo(0.1, 0.01, 0.999)).toBe(1);
    expect(shareOfTwo(0.1, 0.05, 0.99)).toBeGreaterThan(0.8);
  });
});
