import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { logBeta } from './log-beta.ts';

interface Fixture {
  logBeta: [a: number, b: number, value: number][];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('log-beta.fixture.json', import.meta.url), 'utf8'));

describe('logBeta', () => {
  it.each(fixture.logBeta)('of %d and %d is what libRmath gives', (a, b, value) => {
    expect(Math.abs(logBeta(a, b) - value)).toBeLessThan(2e-15 * Math.max(1, Math.abs(value)));
    expect(logBeta(b, a)).toBe(logBeta(a, b));
  });

  it('loses no digits between neighbours', () => {
    // B(a, b + 1) / B(a, b) = b / (a + b)
    for (const [a, b] of [
      [0.5, 1e7],
      [3, 1e6],
      [40.5, 2e5],
    ] as const) {
      expect(logBeta(a, b + 1) - logBeta(a, b)).toBeCloseTo(Math.log1p(-a / (a + b)), 12);
    }
  });
});
