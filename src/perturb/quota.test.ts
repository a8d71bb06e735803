import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { quotaText, readQuota } from './quota.ts';

describe('readQuota', () => {
  it.each([
    ['20%/10ms', '20%/10ms'],
    ['20%', '20%/10ms'],
    ['100%/1ms', '100%/1ms'],
    ['1%/100ms', '1%/100ms'],
  ])('reads %s as %s', (text, canonical) => {
    expect(quotaText(readQuota(text))).toBe(canonical);
  });

  it.each([
    ['20', '"20" is not a quota; write a share of one CPU and the period it is dealt out in, such as 20%/10ms.'],
    ['', '"" is not a quota'],
    ['20%/10', '"20%/10" is not a quota'],
    ['20%/1s', '"20%/1s" is not a quota'],
    ['0%/10ms', 'The share of a quota, in percent, is a whole number from 1 to 100, not "0".'],
    ['101%/10ms', 'not "101"'],
    ['20%/0ms', 'The period of a quota, in milliseconds, is a whole number from 1 to 1000, not "0".'],
    ['20%/1001ms', 'not "1001"'],
    ['5%', '5% of 10 ms is less than 1 ms, the shortest time that the kernel deals out; write 5%/20ms.'],
    ['3%/1ms', 'write 3%/34ms.'],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => readQuota(text)).toThrow(UsageError);
    expect(() => readQuota(text)).toThrow(message);
  });

  it('suggests a quota that is one', () => {
    for (let percent = 1; percent < 100; percent++) {
      expect(() => readQuota(`${percent}%/${Math.ceil(100 / percent)}ms`)).not.toThrow();
    }
  });
});
