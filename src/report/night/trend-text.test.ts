import { describe, expect, it } from 'vitest';
import { historyOf } from '../../store/history-memory.ts';
import { sampleNight } from '../../store/sample-night.ts';
import { historyJson, trendJson } from './history-json.ts';
import { renderNights } from './nights-text.ts';
import { sparkline } from './sparkline.ts';
import { renderTrend } from './trend-text.ts';

const screen = { columns: 80, color: false, unicode: true };
const history = historyOf([1, 2, 3].map((n) => sampleNight(n)));
const trend = {
  kind: 'test' as const,
  subject: 'claim',
  cells: history.cells(null, 'claim'),
  signatures: history.signatures(null, 'claim'),
};

describe('the trend of a test', () => {
  it('has a line a night for each condition, and when each failure was seen', () => {
    expect(renderTrend(trend, screen)).toMatchSnapshot();
  });

  it('says why there was no run', () => {
    const cells = history.cells(null, 'nop');
    expect(renderTrend({ ...trend, cells, signatures: [] }, screen)).toContain('no runs: it cannot be built: no');
  });

  it('as data has a rate for each night', () => {
    const { points, signatures, of } = JSON.parse(trendJson(trend)) as {
      points: object[];
      signatures: object[];
      of: string;
    };
    expect([points.length, signatures.length, of]).toEqual([6, 2, 'test']);
    expect(points[1]).toMatchObject({ commit: 'c1', condition: 'plain', rate: { failures: 1, runs: 100 } });
  });
});

describe('the list of nights', () => {
  it('has a line a night', () => {
    expect(renderNights(history.nights(), 5, screen)).toMatchSnapshot();
  });

  it.each([40, 60, 200])('keeps the ids whole on %i columns', (columns) => {
    const text = renderNights(history.nights(), 3, { ...screen, columns });
    for (const { night } of history.nights()) expect(text).toMatch(new RegExp(`^${night}\\b`, 'm'));
  });

  it('as data is what the history says', () => {
    expect(JSON.parse(historyJson(history.nights()))).toEqual({ v: 1, kind: 'history', nights: history.nights() });
  });
});

describe('sparkline', () => {
  it.each([
    [[0, 0], true, '··'],
    [[1, 4, 8], true, '▁▄█'],
    [[1, 4, 8], false, '259'],
    [[], true, ''],
  ])('of %j', (failures, unicode, drawn) => {
    expect(
      sparkline(
        failures.map((count) => ({ failures: count, runs: 100 })),
        unicode,
      ),
    ).toBe(drawn);
  });

  it('has a blank where nothing ran', () => {
    expect(
      sparkline(
        [
          { failures: 0, runs: 0 },
          { failures: 3, runs: 3 },
        ],
        true,
      ),
    ).toBe(' █');
  });
});
