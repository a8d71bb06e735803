import { expect, it } from 'vitest';
import { nextSteps } from './find-ends.ts';

/** The steps that are tried where revisions up to `clean` steps back fail, and those from `unusable` on cannot be run. */
function tried(clean: number, unusable: number): number[] {
  const all: number[] = [];
  let fails = 0;
  let nearest: number | null = null;
  for (let steps = 16; steps > fails; steps = nextSteps(fails, nearest)) {
    all.push(steps);
    if (steps >= unusable) nearest = steps;
    else if (steps >= clean) return all;
    else fails = steps;
  }
  return all;
}

it('goes back in steps that double', () => {
  expect(tried(100, 1000)).toEqual([16, 32, 64, 128]);
});

it('looks between the last that failed and the first that cannot be run', () => {
  expect(tried(20, 30)).toEqual([16, 32, 24]);
  expect(tried(3, 10)).toEqual([16, 8]);
});

it('ends where nothing lies in between', () => {
  expect(tried(10, 10)).toEqual([16, 8, 12, 10, 9]);
  expect(tried(1, 1)).toEqual([16, 8, 4, 2, 1]);
});
