import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ending } from '../model/outcome.ts';
import { findSuite } from '../suites/index.ts';
import { judge } from './judge.ts';
import { outcomeWith } from './sample-outcome.ts';
import { shapedPieces, shapeOf } from './shape.ts';

const rules = findSuite('liburing', []).judge;

const endings: Ending[] = [
  { kind: 'exit', code: 0 },
  { kind: 'exit', code: 1 },
  { kind: 'exit', code: 77 },
  { kind: 'exit', code: 127 },
  { kind: 'signal', signal: 6, core: true },
  { kind: 'timeout' },
];

/** Lines as tests print them; `@` is a positive number, `&` an address. */
const line = fc.constantFrom(
  'wait cqe -17',
  'cqe res @',
  'cqe @ got -62, wanted -125',
  'test_disabled_ring failed',
  'ring flags defer failed',
  'ring setup failed: -38',
  'submit got @, wanted @',
  'test @ @ failed',
  "foo.t: foo.c:@: main: Assertion `ret == @' failed.",
  '==@==ERROR: AddressSanitizer: heap-use-after-free on address & at pc & bp & sp &',
  '    #@ & in reap_@ /home/dev/liburing/test/reap.c:@:@',
  'x.c:@:@: runtime error: signed integer overflow: @ + @ cannot be represented',
  '==@== Invalid write of size @',
  '==@==    at &: fill (h.c:@)',
  '*** buffer overflow detected ***: terminated',
  'free(): double free detected in tcache @',
  "thread 'main' panicked at src/main.rs:@:@:",
  '[  @.@] io: done in @.@ ms',
  '2024-@-04 @:@:@ port @ at /tmp/t@/f.aB@d',
  'id @e@b-@a4-41d4-a@6-4466@0',
  'not ok @ - wait',
  '# fd @ at ffff@c@',
  'skipped @ of @',
  'Need @ more',
  'E@BIG and -E@BIG',
  'open: No such file or directory',
  'pipe: Too many open files',
  '',
  'iter @/@: -@',
  'range @-@, @-17, -17.@, --@',
);

const numbers = fc.infiniteStream(fc.oneof(fc.nat(9), fc.nat(99_999), fc.nat()));

describe('outputs of one shape', () => {
  it('get one verdict and one signature', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.constantFrom(...endings),
        numbers,
        numbers,
        (lines, ending, first, second) => {
          const [one, other] = [fill(lines, first), fill(lines, second)];
          fc.pre(shapeOf(one) === shapeOf(other));
          expect(judged(one, ending)).toEqual(judged(other, ending));
        },
      ),
      { seed: 1135, numRuns: 3000 },
    );
  });

  it('get them whatever the text around the numbers is', () => {
    const token = fc.constantFrom(
      ...[
        '-',
        '--',
        '@',
        '@',
        '&',
        ' ',
        ' ',
        '\n',
        '=',
        ':',
        '.',
        '/',
        '(',
        ')',
        '#',
        'x',
        '0x',
        'e',
        'a',
        'cqe',
        'res',
      ],
      ...[
        'failed',
        'got',
        'ret',
        'wait',
        'tmp',
        'T',
        'Z',
        'sec',
        'bytes',
        '[',
        ']',
        '<',
        '>',
        ',',
        '_',
        'ring setup',
        '%',
        '-17',
        '-1',
      ],
    );
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 40 }),
        fc.constantFrom(...endings),
        numbers,
        numbers,
        (tokens, ending, first, second) => {
          const text = tokens.join('');
          const [one, other] = [fill([text], first), fill([text], second)];
          fc.pre(shapeOf(one) === shapeOf(other));
          expect(judged(one, ending)).toEqual(judged(other, ending));
        },
      ),
      { seed: 1135, numRuns: 5000 },
    );
  });

  it('break long lines at the same places', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 40, maxLength: 80 }), numbers, numbers, (lines, first, second) => {
        const [one, other] = [fill(lines, first), fill(lines, second)].map((text) => text.replaceAll('\n', ' ')) as [
          string,
          string,
        ];
        fc.pre(shapeOf(one) === shapeOf(other));
        expect(shapedPieces(one, 256).map(shapeOf)).toEqual(shapedPieces(other, 256).map(shapeOf));
        expect(shapedPieces(one, 256).join('')).toBe(one);
      }),
      { seed: 1135, numRuns: 300 },
    );
  });
});

describe('the shape', () => {
  it.each([
    ['wait cqe -17', 'wait cqe -17'],
    ['cqe res 32', 'cqe res #'],
    ['at 0x7ffe01, 12-17', 'at #, #-17'],
    ['-0x1f -0x -0 00x1f 0xg', '-# -0x -0 #x#f #xg'],
  ])('of %s is %s, as the supervisor has it', (text, shape) => {
    expect(shapeOf(text)).toBe(shape);
  });
});

function fill(lines: string[], numbers: fc.Stream<number>): string {
  return lines.join('\n').replace(/[@&]/g, (slot) => {
    const value = numbers.next().value ?? 0;
    return slot === '@' ? String(value) : `0x${value.toString(16)}`;
  });
}

function judged(text: string, ending: Ending): { verdict: string; id: string | undefined } {
  const { verdict, signature } = judge(outcomeWith({ ending, output: text }), rules);
  return { verdict, id: signature?.id };
}
