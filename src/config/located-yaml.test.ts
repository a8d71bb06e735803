import { describe, expect, it } from 'vitest';
import { parseLocated } from './located-yaml.ts';

function problemsOf(text: string): string[] {
  return parseLocated(text).problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

describe('parseLocated', () => {
  it('keeps every scalar as it was written', () => {
    const text = 'a: 1e10\nb: 0777\nc: yes\nd: "null"\ne: 1.50\nf: 33312903\n';
    expect(parseLocated(text).value).toEqual({ a: '1e10', b: '0777', c: 'yes', d: 'null', e: '1.50', f: '33312903' });
  });

  it('reads nothing as null', () => {
    expect(parseLocated('').value).toBeNull();
    expect(parseLocated('# only a comment\n').value).toBeNull();
    expect(parseLocated('a:\nb: ~\nc: null\n').value).toEqual({ a: null, b: null, c: null });
    expect(parseLocated('{"a": null}').value).toEqual({ a: null });
  });

  it('reads JSON, indented with tabs or spaces, with escapes', () => {
    expect(parseLocated('{\n\t"a": [1, true],\n\t"b": {"c": "\\ud83d\\ude00\\/"}\n}').value).toEqual({
      a: ['1', 'true'],
      b: { c: '\u{1F600}/' },
    });
  });

  it('knows where keys and list items stand', () => {
    const located = parseLocated('run:\n  time: 60s\nlist:\n  - a\n  - {b: c}\n');
    expect(located.locate(['run', 'time'])).toEqual({ line: 2, column: 3 });
    expect(located.locate(['list', 0])).toEqual({ line: 4, column: 5 });
    expect(located.locate(['list', 1, 'b'])).toEqual({ line: 5, column: 6 });
    expect(located.locate(['run', 'missing', 'deeper'])).toEqual({ line: 1, column: 1 });
  });

  it('counts lines and columns alike with CRLF and behind a byte order mark', () => {
    const located = parseLocated('\uFEFFrun:\r\n  time: 60s\r\n  loops: 3\r\n');
    expect(located.value).toEqual({ run: { time: '60s', loops: '3' } });
    expect(located.locate(['run'])).toEqual({ line: 1, column: 1 });
    expect(located.locate(['run', 'loops'])).toEqual({ line: 3, column: 3 });
  });

  it('follows anchors', () => {
    const located = parseLocated('a: &x [1, {k: v}]\nb: *x\n');
    expect(located.value).toEqual({ a: ['1', { k: 'v' }], b: ['1', { k: 'v' }] });
    expect(located.locate(['b', 1, 'k'])).toEqual({ line: 1, column: 12 });
  });

  it('takes __proto__ for a key like any other', () => {
    const value = parseLocated('__proto__: {polluted: yes}\n').value;
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    ['a: 1\nb: 2\na: 3\n', '3:1: the key stands here a second time'],
    ['a:\n\tb: 1\n', '2:1: YAML is indented with spaces, not with tabs'],
    ['a: 1\n---\nb: 2\n', '2:1: a second document begins here; a configuration is one'],
    ['a: *nope\n', '1:1: nothing above carries the anchor "&nope"'],
    ['a: &x [*x]\n', '1:8: "*x" stands inside of itself'],
    ['? [a, b]\n: c\n', '1:3: a key must be a plain text'],
    ['a: !foo x\n', '1:4: Unresolved tag: !foo'],
    ['{"a": [1, 2}', '1:12: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ])('says where %j is wrong', (text, problem) => {
    expect(problemsOf(text)[0]).toBe(problem);
  });

  it('lists every error of the syntax, not only the first', () => {
    expect(problemsOf('a: 1\na: 2\nb: 1\nb: 2\n')).toHaveLength(2);
  });

  it('stops aliases that multiply', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    expect(problemsOf(`l0: &l0 [x]\n${levels.join('\n')}\n`)).toEqual([
      expect.stringContaining('more than 20000 values'),
    ]);
  });

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['braces', '{a: '.repeat(60_000)],
    ['lists in lists', '- '.repeat(100_000)],
    ['indentation', Array.from({ length: 700 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ])('survives deep nesting by %s', (_, text) => {
    expect(problemsOf(text)).toEqual(['1:1: nested too deeply']);
  });

  it('survives what may still be nested', () => {
    const text = Array.from({ length: 399 }, (_, i) => `${' '.repeat(i)}a:`).join('\n');
    expect(problemsOf(text)).toEqual([]);
  });
});
