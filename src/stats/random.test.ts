import { expect, it } from 'vitest';
import { mixSeed } from './random.ts';

it('gives what splitmix64.c gives for the seed 1234567', () => {
  const first = [0, 1, 2, 3, 4].map((n) => BigInt(`0x${mixSeed('000000000012d687', n)}`));
  expect(first).toEqual([
    6457827717110365317n,
    3203168211198807973n,
    9817491932198370423n,
    4593380528125082431n,
    16408922859458223821n,
  ]);
});

it('keeps leading zeros and wraps at 64 bits', () => {
  const seeds = Array.from({ length: 1000 }, (_, n) => mixSeed('ffffffffffffffff', n));
  expect(seeds.every((seed) => /^[0-9a-f]{16}$/.test(seed))).toBe(true);
  expect(seeds.some((seed) => seed.startsWith('0'))).toBe(true);
  expect(new Set(seeds).size).toBe(1000);
});
