import { describe, expect, it } from 'vitest';
import { noDefaults } from '../config/run-keys.ts';
import type { RunDefaults } from '../model/settings.ts';
import { type BisectFlags, parseConfidence, readBisectFlags, readJobs } from './bisect-request.ts';

const defaults: RunDefaults = noDefaults;

function read(flags: Partial<BisectFlags>) {
  return readBisectFlags({ afterDashes: null, ...flags }, defaults);
}

describe('the ends', () => {
  it('are named by how they behave, or by their age with what is looked for', () => {
    expect(read({ good: 'a', bad: 'b' }).ends).toEqual({ clean: 'a', failing: 'b', direction: null });
    expect(read({ old: 'a', new: 'b', fix: true }).ends).toEqual({ failing: 'a', clean: 'b', direction: 'fix' });
    expect(read({ old: 'a', new: 'b', regression: true }).ends).toEqual({
      ...{ failing: 'b', clean: 'a', direction: 'regression' },
    });
    expect(read({ fix: true }).ends).toEqual({ failing: null, clean: null, direction: 'fix' });
    expect(read({ old: 'a', fix: true }).ends).toEqual({ failing: 'a', clean: null, direction: 'fix' });
  });

  it.each([
    [{ good: 'a', new: 'b' }, /use one pair/],
    [{ old: 'a', new: 'b' }, /do not say which end fails/],
    [{ fix: true, regression: true }, /choose one/],
    [{ bad: 'worktree' }, /no commit|searches commits/],
    [{ new: 'worktree', regression: true }, /searches commits/],
  ])('are not %j', (flags, pattern) => {
    expect(() => read(flags)).toThrow(pattern);
  });
});

it('what is not given is usual, or configured', () => {
  expect(read({})).toMatchObject({ confidence: 0.95, timeMs: 3_600_000, jobs: 1, limitMs: null, masked: 'report' });
  const configured = { ...defaults, limitMs: 7, masked: 'fail', suite: 's', tree: 't' } as RunDefaults;
  expect(readBisectFlags({ afterDashes: null }, configured)).toMatchObject({
    ...{ limitMs: 7, masked: 'fail', suite: 's', tree: 't' },
  });
  expect(read({}).seed).toMatch(/^[0-9a-f]{16}$/);
});

it.each([
  ['0.99', 0.99],
  ['.9', 0.9],
  ['99%', 0.99],
  ['99.5 %', 0.995],
  ['0.5', 0.5],
])('--confidence %s', (text, share) => {
  expect(parseConfidence(text)).toBeCloseTo(share, 10);
});

it.each(['1', '100%', '95', '0.4', '', 'x', '-0.9', '0.9.9', '1e-1', 'NaN'])('--confidence %j is refused', (text) => {
  expect(() => parseConfidence(text)).toThrow(/share from 0\.5 to below 1/);
});

it('the number of workers is the same everywhere', () => {
  expect([readJobs(undefined), readJobs('4')]).toEqual([1, 4]);
  expect(() => readJobs('auto')).toThrow(/another number at each revision/);
});
