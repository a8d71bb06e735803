import { describe, expect, it } from 'vitest';
import { buildOdds } from './build-odds.ts';
import { line } from './sample-ranges.ts';

describe('buildOdds', () => {
  it('expects everything to build until something does not', () => {
    expect(buildOdds(line(50), new Set(), new Map([[3, {}]]))(4)).toBe(0);
  });

  it('expects the neighbours of what does not build to fail, the nearest most', () => {
    const odds = buildOdds(line(50), new Set([20]), new Map());
    expect(odds(21)).toBeGreaterThan(0.7);
    expect(odds(19)).toBe(odds(21));
    expect(odds(28)).toBeLessThan(odds(21));
    expect(odds(50)).toBeLessThan(0.1);
  });

  it('is reassured by what was built on the other side', () => {
    const odds = buildOdds(line(50), new Set([20]), new Map([[22, {}]]));
    expect(odds(21)).toBeLessThan(0.5);
    expect(odds(24)).toBeLessThan(0.1);
  });

  it('is not put off by the length of a stretch that it is beside', () => {
    const one = buildOdds(line(50), new Set([20]), new Map());
    const many = buildOdds(line(50), new Set([...Array(21).keys()]), new Map());
    expect(many(21)).toBe(one(21));
  });
});
