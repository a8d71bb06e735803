import { expect, it } from 'vitest';
import { fittingColumns, tableWidth, textTable } from './text-table.ts';

const name = { title: 'name', cells: ['chaos:delays:1', 'x'] };
const count = { title: 'n', cells: ['7', '1200'], right: true };
const rate = { title: 'rate', cells: ['0.25 %', '49 %'] };

it('pads each column to its widest cell, numbers to the left', () => {
  expect(textTable([name, count])).toEqual({
    head: 'name               n',
    rows: ['chaos:delays:1     7', 'x               1200'],
  });
});

it('takes the first choice of columns that fits, and cuts the first column before it gives up another', () => {
  const choices = [
    [name, count, rate],
    [name, count],
  ];
  const widths = (columns: number) => fittingColumns(choices, columns, 6, '…').map(({ title }) => title);
  expect(widths(tableWidth([name, count, rate]))).toEqual(['name', 'n', 'rate']);
  expect(fittingColumns(choices, 20, 6, '…')[0]?.cells).toEqual(['chaos…', 'x']);
  expect(widths(19)).toEqual(['name', 'n']);
  expect(widths(5)).toEqual(['name', 'n']);
});
