import { describe, expect, it } from 'vitest';
import { isOverloaded, type LoadSample } from './load-watch.ts';

function samples(runnable: number[], own: number, stolen = 0): LoadSample[] {
  return runnable.map((count, at) => ({ runnable: count, own, stolen: at * stolen, ticks: at * 100 }));
}

describe('a machine of two CPUs', () => {
  it.each([
    ['is free where only we want them', samples([9, 9, 9, 9], 9), false],
    ['is free where others want as many as there are', samples([3, 3, 3, 3], 1), false],
    ['is overloaded where others want more', samples([6, 4, 5, 4], 1), true],
    ['is free where they do for a moment', samples([1, 1, 9, 1, 1], 1), false],
    ['is overloaded where a hypervisor gives them away', samples([1, 1, 1], 1, 30), true],
    ['is free where that is a little', samples([1, 1, 1], 1, 10), false],
    ['is free before anybody looked', [], false],
  ])('%s', (_, seen, answer) => {
    expect(isOverloaded(seen, 2)).toBe(answer);
  });
});
