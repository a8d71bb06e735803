import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import type { Chaos, Condition } from '../model/condition.ts';
import { conditionOf, conditionText, parseCondition, plainCondition } from './condition-text.ts';
import { anyCondition } from './sample-conditions.ts';

const usual = ['lifecycle', 'sync', 'resource'] as const;
const pct2: Chaos = { arm: 'pct', depth: 2, horizon: null, classes: [...usual] };

describe('conditionText', () => {
  it.each([
    [{}, 'plain'],
    [{ pin: { policy: 'one' } }, 'pin:one'],
    [{ pin: { policy: 'list', cpus: [0, 2, 3] } }, 'pin:0,2-3'],
    [{ chaos: pct2 }, 'chaos:pct:2'],
    [{ quota: { percent: 20, periodMs: 10 } }, 'quota:20%/10ms'],
    [
      {
        chaos: { arm: 'note', classes: [...usual] },
        noise: {
          classes: [
            { name: 'yield', count: 2 },
            { name: 'switch', count: 2 },
          ],
          cpus: 'free',
        },
        pin: { policy: 'pair' },
        quota: { percent: 50, periodMs: 100 },
      },
      'pin:pair,noise:switch:2,yield:2@free,chaos:note,quota:50%/100ms',
    ],
  ] satisfies [Partial<Condition>, string][])('writes %j as %s', (parts, text) => {
    expect(conditionText({ ...plainCondition, ...parts })).toBe(text);
  });

  it('is undone by parseCondition', () => {
    fc.assert(
      fc.property(anyCondition, (condition) => {
        expect(parseCondition(conditionText(condition))).toEqual(condition);
      }),
    );
  });

  it('gives one text to one condition', () => {
    const shuffled: Condition = { ...plainCondition, pin: { policy: 'list', cpus: [3, 2, 0, 2] } };
    expect(conditionText(shuffled)).toBe('pin:0,2-3');
    expect(conditionText({ ...plainCondition, chaos: { arm: 'note', classes: ['sync', 'lifecycle'] } })).toBe(
      'chaos:note/lifecycle+sync',
    );
    expect(conditionText({ ...plainCondition, pin: { policy: 'one' }, chaos: pct2 })).toBe('chaos:pct:2');
  });
});

describe('parseCondition', () => {
  it.each([
    ['pin:free', 'plain'],
    [' plain ', 'plain'],
    ['pin:one', 'pin:one'],
    ['pin:0,2-3,noise:yield:2,switch:2,chaos:spawn', 'pin:0,2-3,noise:switch:2,yield:2@free,chaos:spawn'],
    ['quota:20%,chaos:slack:5,noise:cpu,pin:1,0', 'pin:0-1,noise:cpu:1@free,chaos:slack:5,quota:20%/10ms'],
    ['noise:switch,yield,chaos:note/all', 'noise:switch:1,yield:1@free,chaos:note/all'],
    ['pin:one,chaos:pct:2', 'chaos:pct:2'],
    ['pin:free,chaos:handoff', 'chaos:handoff'],
    ['pin:1,chaos:pct:2:25', 'pin:1,chaos:pct:2:25'],
    ['noise:io-uring:2,chaos:victim:4000us', 'noise:io-uring:2@free,chaos:victim:4ms'],
  ])('reads %s as %s', (text, canonical) => {
    expect(conditionText(parseCondition(text))).toBe(canonical);
  });

  it('names a part it does not know, with the whole text', () => {
    expect(() => parseCondition('pin:0,2-3,weather:rain')).toThrow(
      '"weather:rain" in the condition "pin:0,2-3,weather:rain" is unknown. The parts of a condition are pin, noise, chaos, quota,',
    );
    expect(() => parseCondition('chaos:note,nosie:cpu')).toThrow('is unknown; did you mean "noise"?');
  });

  it('takes what follows noise for a class of it', () => {
    expect(() => parseCondition('noise:switch:2,yeild:2')).toThrow(
      '"yeild" is not a class of noise; did you mean "yield"?',
    );
  });

  it.each([
    '',
    'pin',
    ':one',
    'pin:',
    'pin:one,',
    'toString:x',
    'plain,pin:one',
    'pin:one,pin:one',
    'noise:',
    'chaos:',
    'quota:',
    'constructor:1',
    'noise:cpu:2,',
    'noise:cpu:2,noise:yield:2',
  ])('refuses %j', (text) => {
    expect(() => parseCondition(text)).toThrow(UsageError);
  });

  it('refuses any text with a UsageError, or reads one whose canonical text means the same', () => {
    const word = fc.constantFrom('pin', 'noise', 'chaos', 'quota', 'pct', 'cpu', 'one', '2', '20%', '10ms', 'free');
    const texts = fc.array(fc.oneof(word, fc.constantFrom(':', ',', '@', '/', '+', '-')), { maxLength: 12 });
    fc.assert(
      fc.property(texts, (parts) => {
        const condition = readable(parts.join(''));
        if (condition !== null) expect(parseCondition(conditionText(condition))).toEqual(condition);
      }),
      { numRuns: 2000 },
    );
  });

  it('never hands out the shared plain condition to be changed', () => {
    expect(parseCondition('plain')).not.toBe(plainCondition);
  });
});

describe('parts that exclude each other', () => {
  it.each([
    ['pin:0-1,chaos:pct:2', 'The chaos pct keeps all threads of a run on one CPU, so it does not go with pin:0-1'],
    ['pin:shuffle,chaos:handoff', 'The chaos handoff keeps all threads of a run on one CPU'],
    ['noise:cpu:2@same,chaos:pct:1', 'which noise on the same CPU (@same) prevents'],
    ['chaos:pct:1,quota:20%/10ms', 'a quota makes the CPU idle in the middle of the test'],
  ])('are refused: %s', (text, message) => {
    expect(() => parseCondition(text)).toThrow(UsageError);
    expect(() => parseCondition(text)).toThrow(message);
  });

  it('are few', () => {
    expect(conditionText(parseCondition('pin:0-1,noise:cpu:2@same,chaos:victim,quota:20%/10ms'))).toBe(
      'pin:0-1,noise:cpu:2@same,chaos:victim,quota:20%/10ms',
    );
  });
});

describe('conditionOf', () => {
  it('reads each part by itself: one cannot smuggle in another', () => {
    expect(conditionText(conditionOf({ pin: 'pair', noise: 'light' }))).toBe('pin:pair,noise:switch:1,yield:1@free');
    expect(() => conditionOf({ pin: 'one,chaos:pct:2' })).toThrow(UsageError);
    expect(conditionOf({})).toEqual(plainCondition);
  });
});

function readable(text: string): Condition | null {
  try {
    return parseCondition(text);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return null;
  }
}
