import { expect, it, test } from 'vitest';
import { filledCondition } from './fill-learnt.ts';

const learnt = { horizon: 25, spanUs: 4100 };

test.each([
  ['plain', 'plain'],
  ['chaos:note', 'chaos:note'],
  ['chaos:slack:5', 'chaos:slack:5'],
  ['chaos:pct:2', 'chaos:pct:2:25'],
  ['chaos:pct:2/all', 'chaos:pct:2:25/all'],
  ['chaos:delays:1', 'chaos:delays:1:25'],
  ['chaos:victim', 'chaos:victim:4100us'],
])('%s becomes %s', (text, expected) => {
  expect(filledCondition(text, learnt)).toBe(expected);
});

it('leaves alone what was given', () => {
  expect(filledCondition('chaos:pct:2:99', learnt)).toBe('chaos:pct:2:99');
  expect(filledCondition('chaos:victim:1ms', learnt)).toBe('chaos:victim:1ms');
});

it('fills nothing where nothing was learnt', () => {
  expect(filledCondition('chaos:pct:2', null)).toBe('chaos:pct:2');
});
