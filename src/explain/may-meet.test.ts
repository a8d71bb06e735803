import { expect, it } from 'vitest';
import { mayMeet } from './may-meet.ts';

it.each([
  ['eventfd1', 'eventfd1', true],
  ['eventfd1', 'eventfd2', false],
  ['ring1', 'ring2', true],
  ['ring1', 'pipe1', false],
  [null, 'ring1', false],
  [null, null, false],
])('%s and %s: %s', (one, other, met) => {
  expect(mayMeet(one, other)).toBe(met);
});
