import { describe, expect, it } from 'vitest';
import type { Judgement } from '../model/verdict.ts';
import { rateRatioInterval } from '../stats/speed.ts';
import { foldArms, hasArms } from './fold-arms.ts';
import { armHunts, armRuns } from './sample-arms.ts';
import { case1135, pass, sampleSummary } from './sample-summary.ts';

const other: Judgement = {
  ...pass,
  verdict: 'fail',
  signature: { id: 'dd', kind: 'exit', title: 'other', errnos: [], lines: [] },
};
const masked: Judgement = { ...other, verdict: 'masked' };
const two = { conditions: ['plain', 'chaos:pct:1'] };

function orderOf(hunt: Parameters<typeof foldArms>[0]): string[] {
  return foldArms(hunt).rows.map(({ stratum }) => stratum.condition);
}

it('knows one condition from several, also where only one was reached', () => {
  expect(hasArms(sampleSummary([{ count: 5, judgement: pass }]))).toBe(false);
  expect(hasArms(sampleSummary([{ count: 5, judgement: pass, stratum: { condition: 'plain', jobs: 2 } }]))).toBe(false);
  expect(hasArms(sampleSummary([{ count: 5, judgement: pass }], two))).toBe(true);
});

describe('order', () => {
  it('has the base first and then the best, by what is sure', () => {
    expect(orderOf(armHunts['an order bug']).slice(0, 4)).toEqual([
      'plain',
      'chaos:pct:2',
      'chaos:pct:1',
      'chaos:pct:3',
    ]);
    const lucky = [...armRuns('plain', 900, 0), ...armRuns('chaos:note', 2, 2), ...armRuns('chaos:pct:1', 900, 300)];
    expect(orderOf(sampleSummary(lucky, two))).toEqual(['plain', 'chaos:pct:1', 'chaos:note']);
  });

  it('leaves out what has no run that could have failed', () => {
    expect(orderOf(armHunts['no chaos here'])).toEqual(['plain', 'noise:switch:2,yield:2']);
  });
});

describe('gain', () => {
  it('is over the base condition, for all compared arms at once', () => {
    const { rows } = foldArms(armHunts['an order bug']);
    const [plain, pct] = rows;
    expect(plain?.gain).toBeNull();
    expect(pct?.gain).toEqual(
      rateRatioInterval({ failures: 770, seconds: (1512 * 6.7) / 1000 }, { failures: 3, seconds: 1202 * 0.0038 }, 13),
    );
    const workers = foldArms(armHunts['several workers']);
    expect(workers.base?.stratum).toEqual({ condition: 'plain', jobs: 4 });
    expect(workers.rows.at(-1)?.gain?.observed).toBeCloseTo(300 / (0.8 * 6.6) / (5 / (2 * 3.8)), 3);
  });

  it('is over the base condition with the workers it mostly had, whatever the arm has', () => {
    const runs = [
      ...armRuns('plain', 20, 0, case1135, 2),
      ...armRuns('plain', 900, 9, case1135, 4),
      ...armRuns('chaos:pct:1', 100, 50, case1135, 2),
    ];
    const { rows } = foldArms(sampleSummary(runs, two));
    expect(rows.at(-1)?.gain?.observed).toBeCloseTo(50 / (0.05 * 6.6) / (9 / (0.225 * 3.8)), 3);
  });

  it('is not measured where the base condition has no runs', () => {
    expect(foldArms(sampleSummary(armRuns('chaos:pct:1', 100, 50), two))).toMatchObject({
      best: null,
      base: null,
      rows: [{ gain: null }],
    });
  });

  it('names no best arm where none is better beyond doubt', () => {
    expect(foldArms(armHunts['nothing gained']).best).toBeNull();
    expect(foldArms(armHunts['nothing found']).best).toBeNull();
    const once = [...armRuns('plain', 100, 0), ...armRuns('chaos:pct:1', 100, 1)];
    expect(foldArms(sampleSummary(once, two)).best).toBeNull();
  });
});

describe('target', () => {
  const titleOf = (runs: Parameters<typeof sampleSummary>[0], header = {}) =>
    foldArms(sampleSummary(runs, { ...two, ...header })).target?.signature.id;

  it('is what fails under the base condition, however often chaos shows another', () => {
    const runs = [...armRuns('plain', 100, 2), ...armRuns('chaos:pct:1', 100, 90, other)];
    expect(titleOf(runs)).toBe(case1135.signature?.id);
    expect(titleOf([...armRuns('plain', 100, 0), ...runs.slice(2)])).toBe('dd');
  });

  it('is a masked failure only where there is no other, or where masked runs fail', () => {
    const runs = [...armRuns('plain', 100, 50, masked), ...armRuns('chaos:pct:1', 100, 1)];
    expect(titleOf(runs)).toBe(case1135.signature?.id);
    expect(titleOf(runs, { masked: 'fail' })).toBe('dd');
    expect(titleOf(runs.slice(0, 2))).toBe('dd');
    expect(titleOf(runs.slice(0, 2), { masked: 'ignore' })).toBeUndefined();
  });
});

it('tells arms that did nothing from those nobody can tell of', () => {
  const effective = new Map(
    foldArms(armHunts['an order bug']).rows.map((row) => [row.stratum.condition, row.effective]),
  );
  expect(effective.get('chaos:pct:2')).toBe(true);
  expect(effective.get('chaos:shuffle')).toBe(false);
  expect(effective.get('noise:cpu:4')).toBeNull();
});
