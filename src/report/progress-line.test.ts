import { describe, expect, it, test } from 'vitest';
import type { StopRules } from '../model/hunt.ts';
import { displayWidth } from './display-text.ts';
import { progressLine, progressText } from './progress-line.ts';
import { armHunts } from './sample-arms.ts';
import { case1135, pass, type SampleRuns, sampleSummary } from './sample-summary.ts';

const none: StopRules = { loops: null, timeMs: null, failures: null, untilRate: null };
const clean: SampleRuns[] = [{ count: 1000, judgement: pass }];
const failing: SampleRuns[] = [...clean, { count: 3, judgement: case1135 }];

function summary(runs: SampleRuns[], stop: Partial<StopRules> = {}) {
  return sampleSummary(runs, { stop: { ...none, ...stop } }, null);
}

function line(runs: SampleRuns[], stop: Partial<StopRules>, columns = 79): string {
  const hunt = summary(runs, stop);
  return progressLine(hunt, hunt.elapsedMs, { columns, color: false, unicode: false });
}

test.each<[string, SampleRuns[], Partial<StopRules>, string]>([
  [
    'so many runs',
    clean,
    { loops: 4000 },
    '####------------  1000 of 4000 runs  250/s  no failure, rate below 0.30 %  12 s left',
  ],
  ['so long', clean, { timeMs: 8000 }, '########--------  1000 runs  250/s  no failure, rate below 0.30 %  4 s left'],
  [
    'so many failures',
    failing,
    { failures: 5 },
    '#########-------  1003 runs  250/s  3 fail 0.30 % [0.08, 0.80]  3 of 5 failures  wait cqe -17 (EEXIST) > test_disabled_ring fai...',
  ],
  [
    'a rate, clean so far',
    clean,
    { untilRate: 0.001 },
    '#####-----------  1000 runs  250/s  no failure, rate below 0.30 %  8 s left',
  ],
  [
    'a rate, after a failure',
    failing,
    { untilRate: 0.001 },
    '----------------  1003 runs  250/s  3 fail 0.30 % [0.08, 0.80]  until below 0.1 %  wait cqe -17 (EEXIST) > test_disabled_ring f...',
  ],
  ['Ctrl-C', clean, {}, '1000 runs  250/s  no failure, rate below 0.30 %'],
  ['so many runs, none yet', [], { loops: 5 }, '----------------  0 of 5 runs'],
])('until %s', (_name, runs, stop, expected) => {
  expect(line(runs, stop, 130)).toBe(expected);
});

it('takes the rule that will be met first', () => {
  expect(line(clean, { loops: 100_000, timeMs: 5000 }, 130)).toContain('1 s left');
  expect(line(clean, { loops: 1250, timeMs: 500_000, failures: 3 }, 130)).toContain('1 s left');
});

it('never says that less than nothing is left', () => {
  expect(line(clean, { timeMs: 10 }, 130)).toContain('ending');
});

describe('width', () => {
  it.each([10, 20, 40, 60, 79, 100, 159])('fits %d columns', (columns) => {
    for (const runs of [clean, failing, []]) {
      const text = line(runs, { loops: 4000 }, columns);
      expect(displayWidth(text)).toBeLessThanOrEqual(columns);
    }
  });

  it('lets the least important go first', () => {
    expect(line(failing, { loops: 4000 }, 79)).toBe(
      '1003 of 4000 runs  250/s  3 fail 0.30 % [0.08, 0.80]  12 s left  wait cqe -1...',
    );
    expect(line(failing, { loops: 4000 }, 60)).toBe('1003 of 4000 runs  250/s  3 fail 0.30 % [0.08, 0.80]');
    expect(line(failing, { loops: 4000 }, 50)).toBe('1003 of 4000 runs  3 fail 0.30 % [0.08, 0.80]');
    expect(line(failing, { loops: 4000 }, 20)).toBe('1003 of 4000 runs');
  });
});

it('says always where every run failed', () => {
  expect(line([{ count: 50, judgement: case1135 }], {})).toMatch(/^50 runs {2}250\/s {2}50 fail, always {2}wait/);
});

it('does not mix the rates of strata', () => {
  const other = { count: 500, judgement: case1135, stratum: { condition: 'plain', jobs: 2 } };
  expect(line([...clean, other], {})).toMatch(/^1500 runs {2}500\/s {2}500 fail {2}wait/);
});

describe('of several conditions', () => {
  const of = (hunt: ReturnType<typeof sampleSummary>, columns: number) =>
    progressLine(hunt, 20_000, { columns, color: false, unicode: false });

  it('tells the base rate and beside it that of the best arm', () => {
    expect(of(armHunts['an order bug'], 130)).toMatch(
      /3536 runs {2}175\/s {2}956 fail, plain 0\.25 % \[0\.07, 0\.66\], chaos:pct:2 50\.9 % \[48\.4, 53\.4\] {2}ending/,
    );
    expect(of(armHunts['nothing found'], 130)).toContain('no failure, plain below 0.25 % (95 %)');
  });

  it('has counts only where that does not fit', () => {
    expect(of(armHunts['an order bug'], 60)).toMatch(/^3536 runs {2}175\/s {2}956 fail {2}ending/);
    expect(of(armHunts['an order bug'], 20)).toBe('3536 runs  956 fail');
  });

  it('says what is tried now as long as nothing failed', () => {
    const current = { condition: 'chaos:victim', jobs: 1 };
    expect(of({ ...armHunts['nothing found'], current }, 130)).toMatch(/ {2}now chaos:victim$/);
  });
});

it('says what skips, and nothing of rates then', () => {
  const skips = { count: 7, judgement: { verdict: 'skip', signature: null, known: null, reason: null } } as const;
  expect(line([skips], {})).toBe('7 runs  250/s  7 skip');
  expect(line([...clean, skips], {}, 130)).toContain('7 skip, no failure, rate below 0.30 %');
});

it('is a sentence in a log', () => {
  const hunt = summary(failing, { loops: 4000 });
  expect(progressText(hunt, hunt.elapsedMs, true)).toBe(
    '1003 of 4000 runs, 250/s, 3 fail 0.30 % [0.08, 0.80], 12 s left, most often wait cqe -17 (EEXIST) > test_disabled_ring failed > ring flags defer failed',
  );
});
