import { expect, it } from 'vitest';
import { effectTable } from './effect-table.ts';
import { armHunts } from './sample-arms.ts';
import { pass, sampleSummary } from './sample-summary.ts';
import { styleOf } from './style.ts';

const style = styleOf({ color: false, unicode: true });

function lines(columns: number): string[] {
  return effectTable(armHunts['an order bug'], { columns, color: false, unicode: true }, style);
}

it('is a line a condition where there is room', () => {
  const table = lines(120);
  expect(table[1]).toMatch(
    /^condition +runs +threads +calls +held +for +one by one +changes +taken back +switches +migr/,
  );
  expect(table.find((line) => line.startsWith('chaos:pct:2'))?.split(/\s{2,}/)).toEqual([
    'chaos:pct:2',
    '1512',
    '3',
    '41',
    '40',
    '29 us',
    '40',
    '0.97',
    '0 %',
    '91',
    '3.2',
  ]);
  expect(table.find((line) => line.startsWith('plain'))?.split(/\s+/)).toEqual([
    'plain',
    '1202',
    '-',
    '-',
    '-',
    '-',
    '-',
    '-',
    '-',
    '21',
    '4.8',
  ]);
  expect(table.at(-1)).toBe('(migrations -: not counted)');
});

it('is in words where there is none, and leaves nothing out', () => {
  const text = lines(60).join('\n').replaceAll(/\s+/g, ' ');
  expect(text).toContain(
    'chaos:pct:2 1512 runs, 3 threads, 41 calls intercepted, 40 held for 29 us, 40 let go one by one, 0.97 changes of priority, 91 context switches, 3.2 migrations',
  );
  expect(text).toContain(
    'chaos:victim 60 runs, 3 threads, 41 calls intercepted, 1.1 held for 4.8 ms, 2.2 % taken back',
  );
  expect(text).toContain('noise:cpu:4 12 runs, 56 context switches, migrations not counted');
  expect(Math.max(...lines(60).map((line) => line.length))).toBeLessThanOrEqual(60);
});

it('is empty where nothing is known', () => {
  const silent = sampleSummary([{ count: 10, judgement: pass }]);
  expect(effectTable(silent, { columns: 80, color: false, unicode: true }, style)).toEqual([]);
});
