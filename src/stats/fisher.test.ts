import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fisherExact } from './fisher.ts';

type Side = [failures: number, runs: number];

interface Fixture {
  fisher: [a: Side, b: Side, p: number, less: number, greater: number][];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('fisher.fixture.json', import.meta.url), 'utf8'));

function fisher(a: Side, b: Side) {
  return fisherExact({ failures: a[0], runs: a[1] }, { failures: b[0], runs: b[1] });
}

function relativeError(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.abs(expected);
}

describe('against libRmath', () => {
  it.each(fixture.fisher)('%j and %j', (a, b, p, less, greater) => {
    const test = fisher(a, b);
    expect(relativeError(test.p, p)).toBeLessThan(1e-12);
    expect(relativeError(test.less, less)).toBeLessThan(1e-12);
    expect(relativeError(test.greater, greater)).toBeLessThan(1e-12);
  });
});

function choose(n: number, k: number): bigint {
  let value = 1n;
  for (let i = 1; i <= k; i++) value = (value * BigInt(n - k + i)) / BigInt(i);
  return value;
}

/** The same by whole numbers: how many of the equally likely choices of the failing runs are meant. */
function counted([x, m]: Side, [y, n]: Side) {
  const failures = x + y;
  const ways = Array.from({ length: failures + 1 }, (_, k) =>
    k > m || failures - k > n ? 0n : choose(m, k) * choose(n, failures - k),
  );
  const seen = ways[x] ?? 0n;
  const share = (keep: (way: bigint, k: number) => boolean) =>
    Number((ways.filter(keep).reduce((sum, way) => sum + way, 0n) * 10n ** 60n) / choose(m + n, failures)) / 1e60;
  return {
    p: share((way) => way <= seen),
    less: share((_, k) => k <= x),
    greater: share((_, k) => k >= x),
  };
}

describe('fisherExact', () => {
  const side = fc.nat(60).chain((runs) => fc.nat(runs).map((failures): Side => [failures, runs]));

  it('is what counting gives', () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        const [test, exact] = [fisher(a, b), counted(a, b)];
        for (const key of ['p', 'less', 'greater'] as const) {
          expect(relativeError(test[key], exact[key])).toBeLessThan(1e-11);
        }
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it('does not depend on which side is called the first', () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        const [there, back] = [fisher(a, b), fisher(b, a)];
        expect(relativeError(there.p, back.p)).toBeLessThan(1e-11);
        expect(relativeError(there.less, back.greater)).toBeLessThan(1e-11);
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('knows nothing where only one outcome was possible', () => {
    for (const [a, b] of [
      [
        [0, 0],
        [3, 7],
      ],
      [
        [0, 50],
        [0, 70],
      ],
      [
        [5, 5],
        [9, 9],
      ],
    ] as [Side, Side][]) {
      expect(fisher(a, b)).toEqual({ p: 1, less: 1, greater: 1 });
    }
  });

  it('gives nothing rather than an error where the chance is below all numbers', () => {
    expect(fisher([0, 1e6], [1e6, 1e6])).toEqual({ p: 0, less: 0, greater: 1 });
  });
});
