import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { checkPin, pinText, readPin } from './pin.ts';

describe('readPin', () => {
  it.each(['free', 'one', 'spread', 'pair', 'shuffle'] as const)('knows %s', (policy) => {
    expect(readPin(policy)).toEqual({ policy });
  });

  it('takes a list', () => {
    expect(readPin('2,0')).toEqual({ policy: 'list', cpus: [0, 2] });
  });

  it('suggests the policy that was meant and lists all', () => {
    expect(() => readPin('spred')).toThrow(UsageError);
    expect(() => readPin('spred')).toThrow(
      '"spred" is not a way to pin; did you mean "spread"? The ways are free, one, spread, pair, shuffle, or a CPU list like 0,2-3.',
    );
    expect(() => readPin('')).toThrow('"" is not a way to pin. The ways are free');
  });

  it('does not take a policy of the model that is no word of the command line', () => {
    expect(() => readPin('list')).toThrow(UsageError);
  });
});

describe('pinText', () => {
  it('is what readPin reads', () => {
    for (const text of ['free', 'one', '0,2-3']) expect(pinText(readPin(text))).toBe(text);
  });
});

describe('checkPin', () => {
  it('names the CPUs outside and the allowed ones', () => {
    expect(() => checkPin(readPin('0-5'), [0, 1, 4])).toThrow(
      'Runs cannot be pinned to 0-5: CPUs 2-3,5 may not be used here; the allowed CPUs are 0-1,4.',
    );
    expect(() => checkPin(readPin('7'), [0, 1])).toThrow('CPU 7 may not be used here; the allowed CPUs are 0-1.');
  });

  it('takes a list within the allowed CPUs, and every policy', () => {
    expect(() => checkPin(readPin('0,2'), [0, 1, 2])).not.toThrow();
    expect(() => checkPin(readPin('one'), [3])).not.toThrow();
  });
});
