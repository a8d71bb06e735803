import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { parseCount, parseDuration, parseJobs, parseMasked, parseRate } from './values.ts';

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('parseDuration', () => {
  it.each([
    ['250ms', 250],
    ['1ms', 1],
    ['90s', 90_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    [' 10 s ', 10_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text, '--time')).toBe(ms);
  });

  it.each([
    ['10', '--time 10 has no unit; write 10s for seconds, 10m for minutes or 10h for hours.'],
    ['10x', '--time 10x has an unknown unit "x"; the units are ms, s, m, h, d.'],
    ['10S', '--time 10S has an unknown unit "S"; the units are ms, s, m, h, d.'],
    ['0s', '--time 0s is no time at all; the shortest is 1ms.'],
    ['0.1ms', '--time 0.1ms is no time at all; the shortest is 1ms.'],
    ['-5s', '--time -5s is not a time; write a number with its unit, like 90s, 10m, 2h or 250ms.'],
    ['abc', '--time abc is not a time; write a number with its unit, like 90s, 10m, 2h or 250ms.'],
    ['', '--time "" is not a time; write a number with its unit, like 90s, 10m, 2h or 250ms.'],
    ['999999d', '--time 999999d is too long; the longest is 3660d.'],
    ['9constructor', '--time 9constructor has an unknown unit "constructor"; the units are ms, s, m, h, d.'],
  ])('refuses %j', (text, message) => {
    expect(messageOf(() => parseDuration(text, '--time'))).toBe(message);
  });

  it('does not repeat a page that was pasted', () => {
    expect(messageOf(() => parseDuration('x'.repeat(10_000), '--time')).length).toBeLessThan(200);
  });
});

describe('parseCount', () => {
  it.each([
    ['1', 1],
    ['10000', 10_000],
    ['1e4', 10_000],
    ['1e12', 1_000_000_000_000],
    ['007', 7],
  ])('reads %s', (text, count) => {
    expect(parseCount(text, '--loops')).toBe(count);
  });

  it.each([
    ['0', '--loops 0 is too small; it must be a whole number from 1 to 1000000000000.'],
    ['-1', '--loops -1 is too small; it must be a whole number from 1 to 1000000000000.'],
    ['1e99', '--loops 1e99 is too large; it must be a whole number from 1 to 1000000000000.'],
    ['1e999', '--loops 1e999 is too large; it must be a whole number from 1 to 1000000000000.'],
    ['abc', '--loops abc is not a whole number from 1 to 1000000000000.'],
    ['1.5', '--loops 1.5 is not a whole number from 1 to 1000000000000.'],
    ['1e-3', '--loops 1e-3 is not a whole number from 1 to 1000000000000.'],
    ['0x10', '--loops 0x10 is not a whole number from 1 to 1000000000000.'],
    ['', '--loops "" is not a whole number from 1 to 1000000000000.'],
    ['10 000', '--loops "10 000" is not a whole number from 1 to 1000000000000.'],
    ['Infinity', '--loops Infinity is not a whole number from 1 to 1000000000000.'],
  ])('refuses %j', (text, message) => {
    expect(messageOf(() => parseCount(text, '--loops'))).toBe(message);
  });

  it('takes a limit of its own', () => {
    expect(messageOf(() => parseCount('11', '--failures', 10))).toContain('a whole number from 1 to 10.');
  });
});

describe('parseRate', () => {
  it.each([
    ['0.1%', 0.001],
    ['0.001', 0.001],
    ['1e-4', 0.0001],
    ['50%', 0.5],
    ['.5', 0.5],
    ['99.9 %', 0.999],
  ])('reads %s', (text, rate) => {
    expect(parseRate(text, '--until-rate')).toBeCloseTo(rate, 12);
  });

  it.each([
    ['0', 'is not above 0; zero failures can only be bounded, so write the bound, like 0.1%.'],
    ['0%', 'is not above 0; zero failures can only be bounded, so write the bound, like 0.1%.'],
    ['5', 'is not below 1 (100%); write 5% for a percentage.'],
    ['100%', 'is not below 1 (100%).'],
    ['250', 'is not below 1 (100%).'],
    ['-1', 'is not a rate; write a share of the runs like 0.1% or 0.001.'],
    ['1/1000', 'is not a rate; write a share of the runs like 0.1% or 0.001.'],
    ['%', 'is not a rate; write a share of the runs like 0.1% or 0.001.'],
    ['', 'is not a rate; write a share of the runs like 0.1% or 0.001.'],
  ])('refuses %j', (text, message) => {
    expect(messageOf(() => parseRate(text, '--until-rate'))).toContain(message);
  });
});

describe('parseJobs', () => {
  it('takes auto or a number', () => {
    expect(parseJobs('auto', '--jobs')).toBe('auto');
    expect(parseJobs('16', '--jobs')).toBe(16);
  });

  it.each([
    ['0', '--jobs 0 is too small; it must be a whole number from 1 to 1024, or auto.'],
    ['5000', '--jobs 5000 is too large; it must be a whole number from 1 to 1024, or auto.'],
    ['many', '--jobs many is not a whole number from 1 to 1024, or auto.'],
  ])('refuses %s', (text, message) => {
    expect(messageOf(() => parseJobs(text, '--jobs'))).toBe(message);
  });
});

describe('parseMasked', () => {
  it('takes the three policies and suggests one', () => {
    expect(parseMasked('fail', '--masked')).toBe('fail');
    expect(messageOf(() => parseMasked('fial', '--masked'))).toBe(
      '--masked fial is not one of report, fail, ignore; did you mean "fail"?',
    );
  });
});
