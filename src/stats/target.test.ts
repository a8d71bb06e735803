import { expect, it } from 'vitest';
import { targetOf } from './target.ts';

const seen = (name: string, plain: number, total: number, firstRun: number) => ({ name, plain, total, firstRun });

it.each([
  ['what plain shows most, however often chaos shows another', [seen('a', 1, 900, 2), seen('b', 2, 3, 8)], 'b'],
  ['the most frequent one while plain shows none', [seen('a', 0, 4, 2), seen('b', 0, 9, 8)], 'b'],
  ['of equals under plain the first, whatever chaos shows', [seen('a', 2, 90, 8), seen('b', 2, 3, 4)], 'b'],
  ['of equals without plain the first', [seen('a', 0, 3, 8), seen('b', 0, 3, 4)], 'b'],
])('is %s', (_, rows, expected) => {
  expect(targetOf(rows)?.name).toBe(expected);
  expect(targetOf(rows.toReversed())?.name).toBe(expected);
});

it('is nothing without failures', () => {
  expect(targetOf([])).toBeNull();
  expect(targetOf([seen('a', 0, 0, 1)])).toBeNull();
});
