import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { formatCpuList, parseCpuList } from './cpu-list.ts';

describe('parseCpuList', () => {
  it.each([
    ['0', [0]],
    ['0-3', [0, 1, 2, 3]],
    ['0,2-3', [0, 2, 3]],
    ['3,1,2,1', [1, 2, 3]],
    [' 0 , 2-3 \n', [0, 2, 3]],
    ['5-5', [5]],
  ])('reads %j', (text, cpus) => {
    expect(parseCpuList(text)).toEqual(cpus);
  });

  it.each(['', ',', '0,', '-1', '1-', 'a', '0;1', '0x3', '1.5', '0-1-2', '0-31:1/2'])('refuses %j', (text) => {
    expect(() => parseCpuList(text)).toThrow(UsageError);
    expect(() => parseCpuList(text)).toThrow('is not a CPU list');
  });

  it('says which way a range runs', () => {
    expect(() => parseCpuList('0,3-1')).toThrow('"3-1" in the CPU list runs backwards; write 1-3.');
  });

  it('refuses numbers beyond any machine instead of filling the memory', () => {
    expect(() => parseCpuList('0-999999')).toThrow('CPU 999999');
    expect(() => parseCpuList('0-4000000000')).toThrow('is not a CPU list');
  });
});

describe('formatCpuList', () => {
  it.each([
    [[], ''],
    [[7], '7'],
    [[0, 1], '0-1'],
    [[3, 0, 2, 3], '0,2-3'],
    [[0, 2, 4], '0,2,4'],
  ])('writes %j', (cpus, text) => {
    expect(formatCpuList(cpus)).toBe(text);
  });

  it('is undone by parseCpuList', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1 }), (cpus) => {
        expect(parseCpuList(formatCpuList(cpus))).toEqual([...cpus].sort((a, b) => a - b));
      }),
    );
  });
});
