import { describe, expect, it } from 'vitest';
import { levelsFor } from './levels.ts';
import { betaDensity, integral } from './sample-integral.ts';

const failingEnd = { failures: 3, runs: 60 };

describe('levelsFor', () => {
  it.each([
    [3, 60],
    [5, 5],
    [1, 400],
  ])('integrates 1/p over the failing rate: %d of %d', (failures, runs) => {
    const { logMarginal } = levelsFor(failingEnd, 'gone');
    const expected = integral((p) => p ** (failures - 1) * (1 - p) ** (runs - failures));
    expect(Math.exp(logMarginal('high', { failures, runs }))).toBeCloseTo(expected, 8);
  });

  it.each([
    [0, 100],
    [2, 500],
  ])('takes the clean side to fail never or at a tenth of the failing rate: %d of %d', (failures, runs) => {
    const { logMarginal } = levelsFor(failingEnd, 'gone');
    const sometimes = integral(
      (q) => betaDensity(q, 0.5, 0.5 / 0.005 - 0.5) * q ** failures * (1 - q) ** (runs - failures),
    );
    const expected = (failures === 0 ? 0.75 : 0) + 0.25 * sometimes;
    expect(Math.exp(logMarginal('clean', { failures, runs })) / expected).toBeCloseTo(1, 5);
  });

  it('takes what is reduced to fail at a quarter, and so the far side of a reduction', () => {
    const { logMarginal } = levelsFor(failingEnd, 'reduced');
    const expected = integral((q) => betaDensity(q, 2, 2 / 0.0125 - 2) * q * (1 - q) ** 79);
    expect(Math.exp(logMarginal('low', { failures: 1, runs: 80 })) / expected).toBeCloseTo(1, 5);
    expect(logMarginal('clean', { failures: 1, runs: 80 })).toBe(logMarginal('low', { failures: 1, runs: 80 }));
  });

  it('foretells clean runs one after the other as it does all at once', () => {
    const { clean } = levelsFor(failingEnd, 'gone');
    const [one = 0, five = 0] = clean('high', failingEnd, [1, 5]);
    const [four = 0] = clean('high', { failures: 3, runs: 61 }, [4]);
    expect(one).toBeCloseTo(57 / 60 + (3 / 60) * 0, 1);
    expect(five).toBeCloseTo(one * four, 12);
  });

  it('makes one failure tell nearly everything where the failing rate is low', () => {
    const { logMarginal } = levelsFor({ failures: 3, runs: 600 }, 'gone');
    const failing = logMarginal('high', { failures: 4, runs: 610 }) - logMarginal('high', { failures: 3, runs: 600 });
    const background = logMarginal('clean', { failures: 1, runs: 10 });
    expect(failing - background).toBeGreaterThan(Math.log(20));
  });

  it('puts up with an end that always fails, and with one that was never seen to', () => {
    for (const end of [
      { failures: 4, runs: 4 },
      { failures: 0, runs: 0 },
    ]) {
      const { logMarginal } = levelsFor(end, 'gone');
      for (const level of ['high', 'low', 'clean'] as const) {
        expect(logMarginal(level, { failures: 1, runs: 3 })).toBeLessThan(0);
        expect(Number.isFinite(logMarginal(level, { failures: 0, runs: 3 }))).toBe(true);
      }
    }
  });
});
