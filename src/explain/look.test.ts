import { describe, expect, it } from 'vitest';
import { seededUniform, type Uniform } from '../stats/random.ts';
import { bestGuess, look } from './look.ts';

describe('a look', () => {
  it.each([
    [8, 8, 0.02, 'fails'],
    [7, 8, 0.02, 'unclear'],
    [15, 16, 0.02, 'fails'],
    [0, 8, 0.02, 'passes'],
    [4, 8, 0.6, 'passes'],
    [8, 8, 0.6, 'fails'],
    [12, 16, 0.23, 'passes'],
    [0, 0, 0.5, 'unclear'],
  ] as const)('%d of %d failed, where %d do anyway: %s', (failures, runs, base, said) => {
    expect(look(failures, runs, 1, base)).toBe(said);
  });

  it('takes an order that decides by part for what it is', () => {
    expect([look(12, 16, 0.75, 0.1), look(6, 16, 0.75, 0.1)]).toEqual(['fails', 'passes']);
  });

  it('is seldom wrong, whatever fails anyway', () => {
    const random = seededUniform('00000000000005ed');
    // 32 runs tell less where three of four fail anyway.
    for (const [base, most] of [
      [0.05, 0.05],
      [0.3, 0.05],
      [0.6, 0.1],
      [0.75, 0.2],
    ] as const) {
      for (const [rate, wrong] of [
        [0.96, 'passes'],
        [base, 'fails'],
      ] as const) {
        let errors = 0;
        for (let trial = 0; trial < 500; trial++) errors += play(random, rate, base) === wrong ? 1 : 0;
        expect([base, rate, errors / 500 <= most]).toEqual([base, rate, true]);
      }
    }
  });
});

/** Looks of eight runs until one is clear, four at most. */
function play(random: Uniform, rate: number, base: number): string {
  let failures = 0;
  for (let runs = 8; runs <= 32; runs += 8) {
    for (let i = 0; i < 8; i++) failures += random() < rate ? 1 : 0;
    const said = look(failures, runs, 1, base);
    if (said !== 'unclear') return said;
  }
  return bestGuess(failures, 32, 1, base);
}
