import { expect, it } from 'vitest';
import { planText } from './confirm-header.ts';

it('tells what the number of clean runs rests on: the rate before, or that fewer never do', () => {
  const plan = { cleanRuns: 20, leastBefore: 0.74, mostRuns: 900 };
  expect(planText(plan)).toBe(
    '"gone" at 95 % needs 20 clean runs after, the fewest that will do; at most 900 runs a side',
  );
  expect(planText({ ...plan, cleanRuns: 154, leastBefore: 0.0193 })).toMatch(
    /154 clean runs after, given at least 1.9 % before;/,
  );
  expect(planText({ ...plan, cleanRuns: 3 })).toMatch(/3 clean runs after, given at least 74 % before;/);
});
