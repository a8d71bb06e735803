import { describe, expect, it } from 'vitest';
import type { ConfirmVerdict, Seen } from '../../model/bisect.ts';
import type { ComparisonPlan } from './plan.ts';
import { compareSides, confirmVerdict } from './verdict.ts';

const plan: ComparisonPlan = {
  cleanRuns: 150,
  mostRuns: 10_000,
  measured: { failures: 5, runs: 100 },
  compareRuns: 1200,
};

type Side = [failures: number, runs: number];

function seen([failures, runs]: Side): Seen {
  return { failures, runs };
}

/** The state in which these runs are compared. */
function compared([failures, runs]: Side, after: Side) {
  return { before: seen([failures + 5, runs + 100]), after: seen(after), plan };
}

it('compares without the runs that the rate was measured by', () => {
  const { before, p, ratio } = compareSides(compared([8, 150], [0, 150]), plan);
  expect(before).toEqual({ failures: 8, runs: 150 });
  expect(p).toBeCloseTo(0.0071, 4);
  expect(ratio).toMatchObject({ observed: 0, low: 0 });
});

describe('at the looks', () => {
  it.each<[string, Side, Side, ConfirmVerdict | null]>([
    ['all planned runs pass', [8, 150], [0, 150], 'gone'],
    ['they do, but it fails no more before either', [1, 150], [0, 150], null],
    ['one failed', [8, 150], [1, 150], null],
    ['far fewer fail, early', [18, 300], [1, 300], 'reduced'],
    ['far more fail, early', [8, 150], [35, 150], 'worse'],
    ['as many fail', [32, 600], [30, 600], 'unchanged'],
    ['somewhat fewer fail, early', [32, 600], [15, 600], null],
    ['somewhat fewer fail, at the end', [64, 1200], [38, 1200], 'reduced'],
    ['hardly fewer fail, at the end', [64, 1200], [45, 1200], 'unchanged'],
    ['hardly any fail, at the end', [3, 1200], [1, 1200], 'not-reproduced'],
    ['none fail, at the end', [0, 1200], [0, 1200], 'not-reproduced'],
    ['only some before, at the end', [4, 1200], [0, 1200], 'not-reproduced'],
  ])('%s', (_, before, after, verdict) => {
    expect(confirmVerdict(compared(before, after), false)).toBe(verdict);
  });
});

it('does not look in between', () => {
  expect(confirmVerdict(compared([12, 166], [0, 166]), false)).toBeNull();
  expect(confirmVerdict(compared([12, 166], [0, 150]), false)).toBeNull();
});

describe('when the budget ended', () => {
  it.each<[string, Side, Side, ConfirmVerdict]>([
    ['enough passed', [12, 166], [0, 155], 'gone'],
    ['too few ran to say gone', [8, 120], [0, 120], 'reduced'],
    ['nothing is shown', [3, 60], [1, 60], 'inconclusive'],
    ['none failed', [0, 60], [0, 60], 'inconclusive'],
    ['as many failed', [32, 610], [30, 600], 'unchanged'],
    ['nothing ran', [0, 0], [0, 0], 'inconclusive'],
  ])('%s', (_, before, after, verdict) => {
    expect(confirmVerdict(compared(before, after), true)).toBe(verdict);
  });

  it('calls a failure that never showed not reproduced', () => {
    expect(confirmVerdict({ before: seen([0, 90]), after: seen([0, 0]), plan: null }, true)).toBe('not-reproduced');
    expect(confirmVerdict({ before: seen([1, 90]), after: seen([0, 0]), plan: null }, true)).toBe('inconclusive');
    expect(confirmVerdict({ before: seen([1, 90]), after: seen([0, 0]), plan: null }, false)).toBeNull();
  });
});
