import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { parsePin, pinText, readPin } from './pin.ts';

describe('parsePin', () => {
  it.each(['free', 'one', 'spread', 'pair', 'shuffle'] as const)('knows %s', (policy) => {
    expect(parsePin(policy, [0])).toEqual({ policy });
  });

  it('takes a list within the allowed CPUs', () => {
    expect(parsePin('2,0', [0, 1, 2, 3])).toEqual({ policy: 'list', cpus: [0, 2] });
  });

  it('names the CPUs outside and the allowed ones', () => {
    expect(() => parsePin('0-5', [0, 1, 4])).toThrow(
      '--pin 0-5: CPUs 2-3,5 may not be used here; the allowed CPUs are 0-1,4.',
    );
    expect(() => parsePin('7', [0, 1])).toThrow('--pin 7: CPU 7 may not be used here; the allowed CPUs are 0-1.');
  });

  it('suggests the policy that was meant and lists all', () => {
    expect(() => parsePin('spred', [0])).toThrow(UsageError);
    expect(() => parsePin('spred', [0])).toThrow(
      '"spred" is not a way to pin; did you mean "spread"? The ways are free, one, spread, pair, shuffle, or a CPU list like 0,2-3.',
    );
    expect(() => parsePin('', [0])).toThrow('"" is not a way to pin. The ways are free');
  });

  it('does not take a policy of the model that is no word of the command line', () => {
    expect(() => parsePin('list', [0])).toThrow(UsageError);
  });
});

describe('pinText', () => {
  it('is what readPin reads', () => {
    for (const text of ['free', 'one', '0,2-3']) expect(pinText(readPin(text))).toBe(text);
  });
});
