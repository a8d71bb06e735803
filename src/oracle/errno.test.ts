import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { decodeErrno, errnoName, errnoValue, strerrorAtEnd } from './errno.ts';
import { errnoAliases, errnoTable, kernelErrnoTable } from './errno-table.ts';

describe('the errno table', () => {
  it('has all 131 numbers of Linux, ascending, each name once', () => {
    expect(errnoTable).toHaveLength(131);
    expect(errnoTable.map(([value]) => value)).toEqual(
      [...new Set(errnoTable.map(([value]) => value))].sort((a, b) => a - b),
    );
    expect(new Set(errnoTable.map(([, name]) => name)).size).toBe(131);
    expect([errnoTable[0]?.[0], errnoTable.at(-1)?.[0]]).toEqual([1, 133]);
  });

  it('agrees with every number node knows', () => {
    for (const [name, value] of Object.entries(constants.errno)) {
      expect([name, errnoValue(name)]).toEqual([name, value]);
    }
  });

  it('has the numbers that must not leave the kernel, 512 to 531 without 520', () => {
    expect(kernelErrnoTable.map(([value]) => value)).toEqual(
      [...Array(20).keys()].map((i) => i + 512).filter((v) => v !== 520),
    );
    expect(errnoName(512)).toBe('ERESTARTSYS');
    expect(errnoName(529)).toBe('EIOCBQUEUED');
  });

  it('resolves aliases', () => {
    expect([...errnoAliases.keys()].map(errnoValue)).toEqual([11, 35, 95]);
    expect(errnoValue('ENOSUCH')).toBeNull();
    expect(errnoName(4711)).toBe('errno 4711');
  });

  it('decodes negative numbers only', () => {
    expect(decodeErrno(-17)).toEqual({ value: -17, name: 'EEXIST', text: 'File exists' });
    expect([17, 0, -41, -58, -134, -520].map(decodeErrno)).toEqual([null, null, null, null, null, null]);
  });
});

describe('the text of strerror at the end of a line', () => {
  it.each([
    ['eventfd: Too many open files', 'EMFILE'],
    ['open failed: No such file or directory.', 'ENOENT'],
    ['returned error -12 (Cannot allocate memory)', 'ENOMEM'],
    ['FAIL (expected -EACCES, got Permission denied)', 'EACCES'],
    ['Too many open files in the tree', undefined],
    ['Success', undefined],
  ])('%s', (line, name) => {
    expect(strerrorAtEnd(line)?.name).toBe(name);
  });
});
