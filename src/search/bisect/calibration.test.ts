import { describe, expect, it } from 'vitest';
import { mixSeed, seededUniform } from '../../stats/random.ts';
import { line } from './sample-ranges.ts';
import { type Trial, tryOut } from './sample-worlds.ts';

/** Histories of a case: with 95 % stated, 200 right ones out of 215 or fewer happen by chance once in some hundred times. */
const histories = 120;

describe('stated confidence', () => {
  const cases: [string, (seed: number) => Omit<Trial, 'range' | 'change' | 'seed'>][] = [
    ['a rate that is constant', () => ({ rate: 0.2 })],
    ['a background rate', () => ({ rate: 0.2, background: 0.008 })],
    ['a regression, runs that are dear', () => ({ rate: 0.3, fails: 'new', buildSeconds: 1, runSeconds: 1 })],
    ['a rate that drifts', (seed) => ({ rate: 0.1, factor: drift(seed) })],
  ];

  it.each(cases)('is borne out by simulated histories: %s', (_, world) => {
    let right = 0;
    for (let seed = 0; seed < histories; seed++) {
      const change = 1 + Math.floor(seededUniform(mixSeed('5', seed))() * 64);
      const { stop } = tryOut({ range: line(64), change, seed, ...world(seed) });
      if (stop?.reason === 'found' && stop.node === change) right++;
    }
    expect(right / histories).toBeGreaterThanOrEqual(0.93);
  });
});

/** A lognormal factor of each node, s = 0.5. */
function drift(seed: number): (node: number) => number {
  return (node) => {
    const uniform = seededUniform(mixSeed(mixSeed('6', seed), node));
    return Math.exp(0.5 * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  };
}
