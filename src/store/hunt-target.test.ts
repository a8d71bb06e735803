import { expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import { parseTarget } from './hunt-target.ts';

test.each([
  [undefined, { hunt: 'last', run: null }],
  ['', { hunt: 'last', run: null }],
  ['k3f9', { hunt: 'k3f9', run: null }],
  ['k3f9:57', { hunt: 'k3f9', run: 57 }],
  [':57', { hunt: 'last', run: 57 }],
  ['./a:b/hunt:1', { hunt: './a:b/hunt', run: 1 }],
])('%j means %j', (text, target) => {
  expect(parseTarget(text)).toEqual(target);
});

test.each(['k3f9:', 'k3f9:0', 'k3f9:-1', 'k3f9:abc', 'k3f9:1e9', 'k3f9:1.5'])('%s is refused', (text) => {
  expect(() => parseTarget(text)).toThrow(UsageError);
});
