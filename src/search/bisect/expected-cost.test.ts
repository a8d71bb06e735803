import { describe, expect, it } from 'vitest';
import { type CostFacts, expectedCost } from './expected-cost.ts';

const facts: CostFacts = {
  ...{ rate: { failures: 5, runs: 50 }, buildSeconds: 10, runSeconds: 0.01, startSeconds: 0.1 },
  ...{ confidence: 0.95, fails: 'old', seed: 'abc' },
};

describe('expectedCost', () => {
  it('is about a build for each halving, and runs enough for each', () => {
    const { builds, runs, seconds } = expectedCost(256, facts);
    expect(builds).toBeGreaterThan(6);
    expect(builds).toBeLessThan(13);
    expect(runs).toBeGreaterThan(100);
    expect(seconds).toBeGreaterThan(10 * builds + 0.01 * runs);
    expect(seconds).toBeLessThan(20 * builds);
  });

  it('is the same for the same seed, and more for a longer history or a rarer failure', () => {
    const plain = expectedCost(64, facts);
    expect(expectedCost(64, facts)).toEqual(plain);
    expect(expectedCost(1024, facts).builds).toBeGreaterThan(plain.builds);
    expect(expectedCost(64, { ...facts, rate: { failures: 5, runs: 500 } }).runs).toBeGreaterThan(3 * plain.runs);
  });

  it('is next to nothing where there is one commit', () => {
    expect(expectedCost(2, { ...facts, fails: 'new' }).builds).toBeLessThanOrEqual(1);
  });
});
