import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../errors.ts';
import { decodeBytes, encodeValue, formatLine, parseLine } from './protocol-line.ts';

describe('protocol lines', () => {
  it('carry any text through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = formatLine('note', { text }).slice(0, -1);
        expect(line).toMatch(/^[!-~ ]*$/);
        const value = parseLine(line).fields.get('text') ?? '';
        expect(Buffer.from(decodeBytes(value)).toString('utf8')).toBe(Buffer.from(text, 'utf8').toString('utf8'));
      }),
    );
  });

  it('encode just what the grammar names', () => {
    expect(encodeValue('a b%\n~!$&')).toBe('a%20b%25%0A~!$&');
    expect(encodeValue('é')).toBe('%C3%A9');
  });

  it('leave undefined fields out', () => {
    expect(formatLine('batch', { id: 1, ms: undefined, runs: 5 })).toBe('batch id=1 runs=5\n');
  });

  it.each(['', ' ', 'Hello', 'note  text=a', 'note text', 'note =a', 'note text=a text=b'])('refuse %j', (line) => {
    expect(() => parseLine(line)).toThrow(EngineError);
  });

  it.each(['%', '%4', '%4g', '%ff'])('refuse the escape %j', (value) => {
    expect(() => decodeBytes(value)).toThrow(EngineError);
  });
});
