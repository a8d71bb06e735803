import { describe, expect, it } from 'vitest';
import { findErrnos } from './errno-context.ts';

function values(line: string): number[] {
  return findErrnos(line).map(({ value }) => value);
}

describe('negative numbers that are results', () => {
  it.each<[string, number[]]>([
    ['wait cqe -17', [-17]],
    ['cqe->res -17', [-17]],
    ['cqe->res=-17', [-17]],
    ['cqe res: -17', [-17]],
    ['ret=-17', [-17]],
    ['ret = -17', [-17]],
    ['got -17', [-17]],
    ['poll: -17', [-17]],
    ['failed: -22', [-22]],
    ['failed with -22.', [-22]],
    ['submission failed. -16', [-16]],
    ['ring create failed 8000 -> -22', [-22]],
    ['io_uring_queue_init() = -12', [-12]],
    ['res[3] = -5', [-5]],
    ['got -22/512', [-22]],
    ['expected -22, got -17', [-22, -17]],
    ['returned error -12 (Cannot allocate memory)', [-12]],
    ['ring init (2) -12: Unknown error -12', [-12, -12]],
    ['cqe res -512', [-512]],
    ['queue_init: -1', [-1]],
    ["# got: '-17'", [-17]],
  ])('%s', (line, expected) => {
    expect(values(line)).toEqual(expected);
  });
});

describe('numbers that are none', () => {
  it.each([
    'cqe res 32',
    'got 17 of 22',
    'errno 16',
    'foo-17 failed',
    'failed -17.5',
    'failed range 10-17',
    'error in 2024-04-20',
    'failed with -O2 and --17',
    'failed -17-18',
    'kill -9 1234',
    'nice -5 make',
    'head -20 failed.log',
    'offset -17',
    'fd=-1',
    'fd: -9',
    'delta -12',
    'drift: -17 us',
    'failed by -17 ms',
    'got -17 bytes less',
    'got -17% less',
    'poll timeout -1',
    'ret=-1',
    'cqe res -41',
    'cqe res -4095',
    'cqe res -200',
    '-17',
    'iou-wrk-17 failed',
    'GMT-5 failed',
    'temperature: -4',
    'pid -22 failed',
  ])('%s', (line) => {
    expect(values(line)).toEqual([]);
  });
});

it('sees the same on a line and on its shape', () => {
  expect(values('cqe 2 got -62, wanted -125')).toEqual(values('cqe # got -62, wanted -125'));
});
