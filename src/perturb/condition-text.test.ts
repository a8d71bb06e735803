import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import type { Condition } from '../model/condition.ts';
import { conditionText, parseCondition, plainCondition } from './condition-text.ts';

const policies: Condition['pin'][] = ['free', 'one', 'spread', 'pair', 'shuffle'].map((policy) => ({
  policy: policy as 'free' | 'one' | 'spread' | 'pair' | 'shuffle',
}));
const list = fc
  .uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1 })
  .map((cpus): Condition['pin'] => ({ policy: 'list', cpus: cpus.sort((a, b) => a - b) }));
const anyCondition = fc.record({ pin: fc.oneof(fc.constantFrom(...policies), list) });

describe('conditionText', () => {
  it.each([
    [{ pin: { policy: 'free' } }, 'plain'],
    [{ pin: { policy: 'one' } }, 'pin:one'],
    [{ pin: { policy: 'list', cpus: [0, 2, 3] } }, 'pin:0,2-3'],
  ] satisfies [Condition, string][])('writes %j as %s', (condition, text) => {
    expect(conditionText(condition)).toBe(text);
  });

  it('is undone by parseCondition', () => {
    fc.assert(
      fc.property(anyCondition, (condition) => {
        expect(parseCondition(conditionText(condition))).toEqual(condition);
      }),
    );
  });

  it('gives one text to one condition', () => {
    expect(conditionText({ pin: { policy: 'list', cpus: [3, 2, 0, 2] } })).toBe('pin:0,2-3');
  });
});

describe('parseCondition', () => {
  it('reads a written-out free pin as plain', () => {
    expect(parseCondition('pin:free')).toEqual(plainCondition);
  });

  it('names a part it does not know, with the whole text', () => {
    expect(() => parseCondition('pin:0,2-3,noise:switch2')).toThrow(UsageError);
    expect(() => parseCondition('pin:0,2-3,noise:switch2')).toThrow(
      '"noise:switch2" in the condition "pin:0,2-3,noise:switch2" is unknown to this flakehunt',
    );
  });

  it.each(['', 'pin', ':one', 'pin:', 'pin:one,', 'toString:x', 'plain,pin:one', 'pin:one,pin:one'])(
    'refuses %j',
    (text) => {
      expect(() => parseCondition(text)).toThrow(UsageError);
    },
  );

  it('never hands out the shared plain condition to be changed', () => {
    expect(parseCondition('plain')).not.toBe(plainCondition);
  });
});
