import { expect, it } from 'vitest';
import { parseCondition } from '../perturb/condition-text.ts';
import type { Means } from '../perturb/obstacle.ts';
import { knownRefusals } from './known-refusals.ts';

const everything: Means = { allowedCpus: [0, 1], chaos: 'ok', stressNg: true, quota: true, guest: false };
const refused = (texts: string[], means: Partial<Means>) =>
  knownRefusals(texts.map(parseCondition), { ...everything, ...means }).map(({ part }) => part);
const several = ['plain', 'chaos:pct:2', 'chaos:spawn', 'noise:cpu:1,quota:20%/10ms', 'quota:50%/10ms'];

it('names each part once, and only those that conditions have', () => {
  expect(refused(several, {})).toEqual([]);
  expect(refused(several, { chaos: 'EPERM', quota: false })).toEqual(['chaos', 'quota']);
  expect(refused(['plain', 'noise:cpu:1'], { chaos: 'EPERM', quota: false })).toEqual([]);
});

it('does not take late timers for interception, nor silence for a refusal', () => {
  expect(refused(['chaos:slack:5'], { chaos: 'EPERM' })).toEqual([]);
  expect(refused(['chaos:pct:2'], { chaos: 'unknown' })).toEqual([]);
});
