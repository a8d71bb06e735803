import { expect, it } from 'vitest';
import { StallWatch } from './stall-watch.ts';

it('tells a frozen machine from a busy one', () => {
  const watch = new StallWatch(100, 1000);
  expect([1100, 1900, 4999, 21_099, 21_200].map((now) => watch.look(now))).toEqual([0, 0, 0, 16_000, 0]);
  expect(watch.look(24_300)).toBe(3000);
});
