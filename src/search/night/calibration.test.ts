import { describe, expect, it } from 'vitest';
import { seededUniform } from '../../stats/random.ts';
import { judgeTests, type TestJudgement } from './judge-night.ts';
import { NightHistory } from './night-history.ts';
import { type SimulatedSuite, simulateNights } from './simulated-nights.ts';

const suite: SimulatedSuite = {
  tests: 256,
  flaky: 0.5,
  runs: { least: 20, most: 2000 },
  drift: { machine: 0.2, test: 0.3 },
  persistence: 0.6,
};

/** `npm run bench:night` tells of more suites: at most 0.25 alarms a month. */
describe('an unchanged suite', () => {
  it.each<[string, Partial<SimulatedSuite>, { months: number }]>([
    ['of two conditions, with drift', {}, { months: 12 }],
    ['of few runs a night', { runs: { least: 3, most: 60 } }, { months: 1 }],
    ['on a machine that wanders', { tests: 64, drift: { machine: 0.4, test: 0.5 }, persistence: 0.8 }, { months: 1 }],
  ])(
    '%s, has at most one alarm a month',
    (_, changes, { months }) => {
      const nights = judgeNights({ ...suite, ...changes }, Math.round((365 * months) / 12), '00000000000f1a4e');
      expect(nights.flat().filter(isAlarm).length).toBeLessThanOrEqual(months);
    },
    120_000,
  );
});

describe('a planted change', () => {
  it.each([
    { before: 0, after: 0.05, runs: 300, past: 2, within: 1, least: 0.9 },
    { before: 0, after: 0.3, runs: 30, past: 2, within: 2, least: 0.9 },
    { before: 0, after: 1, runs: 3, past: 1, within: 1, least: 1 },
    { before: 0, after: 0.05, runs: 30, past: 30, within: 14, least: 0.8 },
    { before: 0.05, after: 0.5, runs: 300, past: 10, within: 1, least: 0.9 },
  ])('from $before to $after is named within $within nights', ({ before, after, runs, past, within, least }) => {
    const planted = [{ test: 3, from: past, runs, before, after }];
    const times = 10;
    let named = 0;
    for (let seed = 1; seed <= times; seed++) {
      const nights = judgeNights({ ...suite, tests: 16, planted }, past + within, seed.toString(16).padStart(16, '0'));
      if (nights.slice(past).some((tests) => tests.some((test) => test.test === 't3' && isAlarm(test)))) named++;
    }
    expect(named / times).toBeGreaterThanOrEqual(least);
  });
});

function judgeNights(world: SimulatedSuite, count: number, seed: string): TestJudgement[][] {
  const history = new NightHistory(1 / 30);
  const nights: TestJudgement[][] = [];
  for (const { place, cells } of simulateNights(world, seededUniform(seed))) {
    nights.push(judgeTests(history.add(place, cells)));
    if (nights.length === count) break;
  }
  return nights;
}

function isAlarm({ verdict }: TestJudgement): boolean {
  return verdict === 'new-failure' || verdict === 'new-flake' || verdict === 'worse';
}
