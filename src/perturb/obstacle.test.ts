import { describe, expect, it } from 'vitest';
import { parseCondition } from './condition-text.ts';
import { type Means, obstacle } from './obstacle.ts';

const all: Means = { allowedCpus: [0, 1], chaos: 'ok', stressNg: true, quota: true, guest: false };

describe('obstacle', () => {
  it.each([
    ['chaos:note', { chaos: 'ENOSYS' }, 'seccomp user notification is refused (ENOSYS): this kernel has none'],
    ['noise:futex:2,cpu:1', { stressNg: false }, 'futex needs stress-ng, which is not installed'],
    ['quota:20%/10ms', { quota: false }, 'no control group is delegated to this user'],
    ['pin:1-2', {}, 'CPU 2 may not be used here; the allowed CPUs are 0-1'],
  ])('of %s with %j is named', (text, lacking, message) => {
    expect(obstacle(parseCondition(text), { ...all, ...lacking })).toBe(message);
  });

  it.each([
    ['plain', { chaos: 'ENOSYS', stressNg: false, quota: false }],
    ['chaos:slack:5', { chaos: 'ENOSYS' }],
    ['chaos:note', { chaos: 'unknown' }],
    ['noise:heavy', { stressNg: false }],
    ['pin:1,chaos:pct:2,noise:futex', {}],
  ])('is none for %s with %j', (text, lacking) => {
    expect(obstacle(parseCondition(text), { ...all, ...lacking })).toBeNull();
  });
});

it('sets preemption in guests only', () => {
  expect(obstacle(parseCondition('preempt:full'), { ...all, guest: true })).toBeNull();
  expect(obstacle(parseCondition('preempt:full'), all)).toMatch(/add --kernel/);
});
