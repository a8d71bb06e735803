import { expect, test } from 'vitest';
import type { Chaos, Condition, Noise } from '../model/condition.ts';
import { noiseCpus } from './noise-cpus.ts';

const condition = (cpus: Noise['cpus'], chaos: Chaos | null = null): Condition => ({
  pin: { policy: 'free' },
  noise: { classes: [{ name: 'switch', count: 2 }], cpus },
  chaos,
  quota: null,
  preempt: null,
});
const pct: Chaos = { arm: 'pct', depth: 2, horizon: null, classes: ['sync'] };
const handoff: Chaos = { arm: 'handoff', classes: ['sync'] };
const spawn: Chaos = { arm: 'spawn', classes: ['lifecycle'] };

test('without noise nothing is pinned', () => {
  expect(noiseCpus({ ...condition('same', pct), noise: null }, 1, [0, 1], [0, 1])).toBeNull();
});

test.each<[string, Condition, number, number[], number[] | null]>([
  ["same: the batch's CPUs", condition('same'), 1, [0, 1], [0, 1]],
  ['same under pct: as it was asked for', condition('same', pct), 1, [2], [2]],
  ['free: anywhere', condition('free'), 1, [0, 1], null],
  ['free under an arm that keeps its CPUs: anywhere', condition('free', spawn), 1, [0, 1], null],
  ['free under pct: beside the workers', condition('free', pct), 2, [0, 1, 2, 3], [2, 3]],
  ['free under handoff: beside the worker', condition('free', handoff), 1, [0, 1, 2, 3], [1, 2, 3]],
  ['free under pct on a list: all that it leaves', condition('free', pct), 4, [1, 2], [0, 3]],
  ['free under pct with a worker on every CPU: anywhere', condition('free', pct), 9, [0, 1, 2, 3], null],
])('%s', (_, noisy, jobs, own, expected) => {
  expect(noiseCpus(noisy, jobs, own, [0, 1, 2, 3])).toEqual(expected);
});
