import { expect, it } from 'vitest';
import { parseCondition } from './condition-text.ts';
import { replayLevel } from './replay-level.ts';

it.each([
  ['chaos:pct:2:25', 'L3'],
  ['chaos:handoff', 'L3'],
  ['noise:cpu:2@free,chaos:pct:1', 'L3'],
  ['chaos:spawn', 'L1'],
  ['chaos:delays:1', 'L1'],
  ['chaos:victim', 'L1'],
  ['chaos:shuffle', 'L1'],
  ['chaos:note', 'L0'],
  ['chaos:slack:5', 'L0'],
  ['noise:cpu:2@free', 'L0'],
  ['pin:shuffle', 'L0'],
  ['plain', 'L0'],
])('%s is replayed at %s', (text, level) => {
  expect(replayLevel(parseCondition(text))).toBe(level);
});
