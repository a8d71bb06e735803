import { expect, it } from 'vitest';
import type { Effect } from '../model/summary.ts';
import { tookEffect } from './took-effect.ts';

const nothing: Effect = {
  runs: 50,
  threads: 50,
  events: 0,
  concurrent: 0,
  held: 0,
  heldUs: 0,
  releases: 0,
  points: 0,
  cancelled: 0,
  voluntarySwitches: 90,
  involuntarySwitches: 4,
  sampled: 0,
  migrations: 0,
  horizon: 0,
};
/** Calls were intercepted, but there was one thread only. */
const alone = { ...nothing, events: 300 };
const two = { ...alone, threads: 100, concurrent: 80, held: 40 };

it.each<[string, Effect | null, boolean | null]>([
  ['plain', two, null],
  ['noise:switch:2', nothing, null],
  ['chaos:slack:5', nothing, null],
  ['chaos:pct:2', null, null],
  ['chaos:pct:2', { ...two, runs: 4 }, null],
  ['chaos:note', nothing, false],
  ['chaos:note', alone, true],
  ['chaos:handoff', alone, true],
  ['chaos:victim', alone, true],
  ['chaos:pct:2', nothing, false],
  ['chaos:pct:2', alone, false],
  ['pin:one,chaos:pct:2@lifecycle', two, true],
  ['chaos:delays:1', alone, false],
  ['chaos:delays:1', two, true],
  ['chaos:spawn', alone, false],
  ['chaos:spawn', { ...two, held: 0 }, false],
  ['chaos:spawn', two, true],
  ['chaos:shuffle', alone, false],
  ['chaos:shuffle', two, true],
])('%s: %#', (condition, effect, expected) => {
  expect(tookEffect(condition, effect)).toBe(expected);
});
