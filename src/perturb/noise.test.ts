import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { checkNoiseTool, noiseText, ownNoise, readNoise, stressNgNoise } from './noise.ts';

describe('readNoise', () => {
  it.each([
    ['switch:2,yield:2', 'switch:2,yield:2@free'],
    ['yield:2,switch:2@free', 'switch:2,yield:2@free'],
    ['cpu:4@same', 'cpu:4@same'],
    ['cpu', 'cpu:1@free'],
    ['light', 'switch:1,yield:1@free'],
    ['heavy@same', 'cpu:2,switch:2,yield:2@same'],
    ['io-uring:2,tlb-shootdown:1', 'io-uring:2,tlb-shootdown:1@free'],
  ])('reads %s as %s', (text, canonical) => {
    expect(noiseText(readNoise(text))).toBe(canonical);
  });

  it.each([
    [
      'swich:2',
      '"swich" is not a class of noise; did you mean "switch"? The classes are switch, yield, cpu; with stress-ng',
    ],
    ['', '"" is not a class of noise. The classes are'],
    ['reboot:1', '"reboot" is not a class of noise'],
    ['hevy', '"hevy" is not a class of noise; did you mean "heavy"?'],
    ['heavy,cpu:1', '"heavy" is a preset and stands alone; it means switch:2,yield:2,cpu:2.'],
    ['cpu:0', 'The number of cpu processes is a whole number from 1 to 1024, not "0".'],
    ['cpu:', 'not ""'],
    ['cpu:2:3', 'not "2:3"'],
    ['cpu:1025', 'not "1025"'],
    ['cpu:2,cpu:2', 'The class "cpu" stands twice in the noise "cpu:2,cpu:2".'],
    ['cpu:2@sam', '"@sam" does not say where noise runs; did you mean "same"? It is @free'],
    ['cpu:2@', '"@" does not say where noise runs. It is @free'],
    ['cpu:2@free@same', '"@free@same" does not say'],
    ['switch,yield,cpu,affinity,cache,clone,eventfd,fork,futex', 'has 9 classes; it may have at most 8.'],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => readNoise(text)).toThrow(UsageError);
    expect(() => readNoise(text)).toThrow(message);
  });

  it('takes names that fit the supervisor (NOISE_NAME in src/native/common.h)', () => {
    expect([...ownNoise, ...stressNgNoise].filter((name) => name.length > 15)).toEqual([]);
  });
});

describe('checkNoiseTool', () => {
  it('wants stress-ng for classes that are not built in', () => {
    expect(() => checkNoiseTool(readNoise('cpu:1,futex:2,io:1'), false)).toThrow(
      'Noise of the class futex, io is made by stress-ng, which is not installed. Install it (on Debian: apt-get install stress-ng), or use the classes that need nothing: switch, yield, cpu.',
    );
    expect(() => checkNoiseTool(readNoise('cpu:1,futex:2'), true)).not.toThrow();
    expect(() => checkNoiseTool(readNoise('heavy'), false)).not.toThrow();
    expect(() => checkNoiseTool(null, false)).not.toThrow();
  });
});
