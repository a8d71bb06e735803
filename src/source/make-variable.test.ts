import { describe, expect, it } from 'vitest';
import { makeVariable, withoutVariable } from './make-variable.ts';

describe('makeVariable', () => {
  it('reads a list with continuations and a comment at its end', () => {
    expect(makeVariable('test_srcs := \\\n\ta.c \\\n\tb-2.c \\\n\t# EOL\n\nother := x.c\n', 'test_srcs')).toEqual([
      'a.c',
      'b-2.c',
    ]);
  });

  it('takes every assignment, those of conditionals too, and each word once', () => {
    const makefile =
      'srcs := a.c b.c\nifdef X\n\tsrcs += c.cc\nelse ifdef Y\n\tsrcs += c.cc\nendif\nsrcs ?= d.c\nsrcs = a.c\n';
    expect(makeVariable(makefile, 'srcs')).toEqual(['a.c', 'b.c', 'c.cc', 'd.c']);
  });

  it('does not mistake a longer name, a rule or a comment for it', () => {
    expect(makeVariable('asan_srcs := x.c\nsrcs_more := y.c\n# srcs := z.c\nall: srcs\n', 'srcs')).toEqual([]);
  });

  it('follows a variable that stands alone and leaves other expansions out', () => {
    const makefile = 'more = b.c $(srcs)\nsrcs := a.c $(more) $(patsubst %.x,%.c,$(y))\r\n';
    expect(makeVariable(makefile, 'srcs')).toEqual(['a.c', 'b.c']);
  });

  it('joins a word list that is glued to its backslash', () => {
    expect(makeVariable('srcs := a.c\\\n\tb.c\n', 'srcs')).toEqual(['a.c', 'b.c']);
  });
});

describe('withoutVariable', () => {
  const rules = 'all: $(tests)\n\techo "#$@" \\\n\t  done\n';

  it('leaves all but the assignments', () => {
    expect(
      withoutVariable(`tests := a.c \\\n\tb.c \\\n\t# EOL\n${rules}ifdef X\ntests += c.c # d\nendif\n`, 'tests'),
    ).toBe(`${rules}ifdef X\nendif\n`);
    expect(withoutVariable('tests = a \\\r\n b\r\nother = 1\r\n', 'tests')).toBe('other = 1\r\n');
  });
});
