import { expect, test } from 'vitest';
import { newHuntId } from './hunt-id.ts';

const day = new Date(2025, 10, 3, 23, 59);

test.each([
  ['msg-ring.t', '251103-msg-ring-2222'],
  ['test/msg-ring.t', '251103-msg-ring-2222'],
  ['io_uring_passthrough', '251103-io-uring-passthrough-2222'],
  ['/usr/bin/Ünïcode Prüfung', '251103-unicode-prufung-2222'],
  ['a-very-long-name-of-a-test-indeed', '251103-a-very-long-name-of-2222'],
  ['....', '251103-hunt-2222'],
  ['', '251103-hunt-2222'],
  ['../../etc/passwd', '251103-passwd-2222'],
])('the hunt of %j is named %s', (name, id) => {
  expect(newHuntId(day, name, () => 0)).toBe(id);
});

test('the tail comes from the random numbers and stays inside the alphabet', () => {
  const numbers = [0.999999, 0, 0.5, 0.1];
  expect(newHuntId(day, 'x', () => numbers.shift() ?? 0)).toBe('251103-x-z2h5');
});
