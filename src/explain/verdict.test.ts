import { expect, it } from 'vitest';
import type { ForcedRuns, ForcedVerdict } from '../model/explain.ts';
import { forcedVerdict } from './verdict.ts';

const forced = (failures: number, runs: number, infeasible = 0, unfinished = 0): ForcedRuns => ({
  ...{ failures, runs, infeasible, unfinished },
  otherFailures: 0,
});

it.each<[what: string, provoked: ForcedRuns, prevented: ForcedRuns, comparisons: number, verdict: ForcedVerdict]>([
  ['all against none', forced(8, 8), forced(0, 8), 1, 'cause'],
  ['all against none, one of eight suspects', forced(8, 8), forced(0, 8), 8, 'cause'],
  ['too few runs for that many suspects', forced(4, 4), forced(0, 4), 8, 'not causal'],
  ['more, but not decisive', forced(20, 60), forced(0, 60), 1, 'contributing'],
  ['as often either way', forced(15, 30), forced(15, 30), 1, 'not causal'],
  ['less often than its reverse', forced(0, 30), forced(30, 30), 1, 'not causal'],
  ['an order that cannot be had, although it always fails', forced(20, 20, 11), forced(0, 20), 1, 'infeasible'],
  ['a reverse that cannot be had', forced(20, 20), forced(0, 20, 20), 1, 'infeasible'],
  ['a first event that only slept', forced(20, 20, 0, 20), forced(0, 20), 1, 'infeasible'],
  ['a reverse whose first event sleeps on', forced(20, 20), forced(0, 20, 0, 20), 1, 'cause'],
  ['no runs', forced(0, 0), forced(0, 0), 1, 'infeasible'],
])('%s', (_, provoked, prevented, comparisons, verdict) => {
  expect(forcedVerdict(provoked, prevented, comparisons)).toBe(verdict);
});
