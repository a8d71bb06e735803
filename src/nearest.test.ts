import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

describe('nearest', () => {
  it('finds a dropped, added, replaced and swapped letter', () => {
    const names = ['limit', 'cwd', 'suites', 'command'];
    expect(nearest('limt', names)).toEqual(['limit']);
    expect(nearest('limitt', names)).toEqual(['limit']);
    expect(nearest('limot', names)).toEqual(['limit']);
    expect(nearest('comamnd', names)).toEqual(['command']);
  });

  it('puts the smallest difference first, then the alphabet', () => {
    expect(nearest('msg-ring', ['msg-ring-overflow', 'msg-rang', 'msg-rong', 'nop'])).toEqual([
      'msg-rang',
      'msg-rong',
      'msg-ring-overflow',
    ]);
  });

  it('finds the part of a name', () => {
    expect(nearest('overflow', ['cq-overflow', 'cq-full', 'iopoll-overflow'])).toEqual([
      'cq-overflow',
      'iopoll-overflow',
    ]);
  });

  it('offers nothing for a stranger or a single wrong letter', () => {
    expect(nearest('banana', ['limit', 'cwd'])).toEqual([]);
    expect(nearest('x', ['y'])).toEqual([]);
    expect(nearest('', ['limit'])).toEqual([]);
  });

  it('always finds the name itself first, whatever its case', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 30 }), fc.array(fc.string()), (name, others) => {
        const [first] = nearest(name.toUpperCase(), [...others, name]);
        expect(first?.toLowerCase()).toBe(name.toUpperCase().toLowerCase());
      }),
    );
  });

  it('answers a pasted page at once, without comparing letter by letter', () => {
    expect(nearest('x'.repeat(1_000_000), ['limit'])).toEqual([]);
  });
});

describe('didYouMean', () => {
  it('is a clause to append, or nothing', () => {
    expect(didYouMean('limt', ['limit'])).toBe('; did you mean "limit"?');
    expect(didYouMean('banana', ['limit'])).toBe('');
  });
});
