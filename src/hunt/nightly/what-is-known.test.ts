import { describe, expect, it } from 'vitest';
import { historyOf } from '../../store/history-memory.ts';
import { sampleNight, sampleNightHeader } from '../../store/sample-night.ts';
import { longestRuns, scheduledTests } from './what-is-known.ts';

const history = historyOf([sampleNight(2), sampleNight(1), sampleNight(3, { suite: 'other' })]);
const lineage = sampleNightHeader();

describe('what is known before a night', () => {
  it('is what each test did', () => {
    const told = scheduledTests(['claim', 'nop', 'young'], history.cells(lineage, null), new Set(['nop']), ['cl*']);
    expect(told).toEqual([
      { test: 'claim', isNew: false, isChanged: false, hasFlaked: true, pastRuns: 300, isSerial: true },
      { test: 'nop', isNew: false, isChanged: true, hasFlaked: false, pastRuns: 0, isSerial: false },
      { test: 'young', isNew: true, isChanged: false, hasFlaked: false, pastRuns: 0, isSerial: false },
    ]);
  });

  it('is that no test is new where there was no night', () => {
    expect(scheduledTests(['claim'], [], new Set(), [])[0]?.isNew).toBe(false);
  });

  it('is how long runs took', () => {
    const night = sampleNight(1);
    const wall = { minUs: 1, medianUs: 2, p99Us: 3, maxUs: 4000 };
    const timed = { ...night, cells: night.cells.map((cell) => ({ ...cell, wall })) };
    const longest = longestRuns(historyOf([timed]).cells(null, null));
    expect([longest('claim', 'plain'), longest('claim', 'nix')]).toEqual([4, null]);
  });
});
