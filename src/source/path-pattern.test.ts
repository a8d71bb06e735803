import { describe, expect, it } from 'vitest';
import { pathPattern, wholePathPattern } from './path-pattern.ts';

describe('pathPattern', () => {
  it.each([
    ['man/', 'man/io_uring.7', true],
    ['man/', 'src/man/x', true],
    ['man/', 'man', false],
    ['man/', 'manual/x', false],
    ['README', 'README', true],
    ['README', 'README.md', false],
    ['README', 'docs/README', true],
    ['/README', 'docs/README', false],
    ['*.md', 'a/b/c.md', true],
    ['*.md', 'a.mdx', false],
    ['docs/*.txt', 'docs/a.txt', true],
    ['docs/*.txt', 'docs/sub/a.txt', false],
    ['docs/*.txt', 'x/docs/a.txt', false],
    ['docs/**', 'docs/sub/a.txt', true],
    ['test/runtests*.sh', 'test/runtests-loop.sh', true],
    ['a+b(c).[ch]', 'a+b(c).h', true],
    ['a+b(c).[!c]', 'a+b(c).c', false],
    ['debian', 'debian/control', true],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(pathPattern(pattern)(path)).toBe(expected);
  });
});

describe('wholePathPattern', () => {
  it.each([
    ['tests/*.c', 'tests/a.c', true],
    ['tests/*.c', 'tests/a.cc', false],
    ['tests/*.c', 'x/tests/a.c', false],
    ['./tests/**/*.c', 'tests/a.c', true],
    ['tests/**/*.c', 'tests/x/y/a.c', true],
  ])('%s on %s: %s', (glob, path, expected) => {
    expect(wholePathPattern(glob)(path)).toBe(expected);
  });
});
