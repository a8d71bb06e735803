import { expect, it } from 'vitest';
import { divergence } from './divergence.ts';
import { readTrace } from './trace.ts';

const one = ['0/0 openat b1d 0 10 11 p', '0/1 io_uring_enter 829 0 20 21 p', '0.2/0 rseq 1b3 0 30 31 c'];

function trace(lines: string[]) {
  return readTrace(lines.map((line) => `${line}\n`).join(''));
}

it('is the first release that another call made', () => {
  const other = [one[0] ?? '', '0.2/0 rt_sigprocmask 6 0 15 1234 p', one[1] ?? ''];
  expect(divergence(trace(one), trace(other))).toEqual({
    release: 2,
    of: 3,
    expected: { thread: '0', call: 'io_uring_enter', site: '829', releasedUs: 21 },
    happened: { thread: '0.2', call: 'rt_sigprocmask', site: '6', releasedUs: 1234 },
  });
});

it('sees neither times nor decisions', () => {
  const later = one.map((line) => line.replace(/ \d+ \d+ .$/, ' 7000 8000 h90'));
  expect(divergence(trace(one), trace(later))).toMatchObject({ release: 4, expected: null, happened: null });
});

it.each([
  ['ended earlier', one, one.slice(0, 2), { release: 3, expected: { call: 'rseq' }, happened: null }],
  ['went on', one.slice(0, 2), one, { release: 3, expected: null, happened: { call: 'rseq' } }],
])('is where one of them %s', (_, reference, other, expected) => {
  expect(divergence(trace(reference), trace(other))).toMatchObject(expected);
});

it('does not count the releases of a trace that was cut off', () => {
  const long = Array.from({ length: 4000 }, (_, i) => `0/0 futex f16 ${i} 10 11 p`);
  const kept = trace(long);
  expect(kept.cut).toBe(true);
  expect(divergence(kept, kept)).toEqual({ release: 4001, of: null, expected: null, happened: null });
});
