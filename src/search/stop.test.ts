import { describe, expect, it } from 'vitest';
import type { StopRules } from '../model/hunt.ts';
import { metStopRule, type Tally } from './stop.ts';

const none: StopRules = { loops: null, timeMs: null, failures: null, untilRate: null };

/** Runs in one stratum. */
function tally(runs: number, failures: number, changes: Partial<Tally> = {}): Tally {
  const measured = { eligible: runs, failures };
  return { runs, ...measured, measured, skipped: 0, invalid: 0, unfit: 0, elapsedMs: 1000, ...changes };
}

describe('metStopRule', () => {
  it.each<[Partial<StopRules>, Tally, string | null]>([
    [{ loops: 10 }, tally(9, 0), null],
    [{ loops: 10 }, tally(10, 0), 'loops'],
    [{ failures: 2 }, tally(10, 1), null],
    [{ failures: 2 }, tally(10, 2), 'failures'],
    [{ timeMs: 1001 }, tally(10, 0), null],
    [{ timeMs: 1000 }, tally(10, 0), 'time'],
    [{}, tally(19, 0, { skipped: 19 }), null],
    [{}, tally(20, 0, { skipped: 20 }), 'skipped'],
    [{}, tally(20, 0, { invalid: 20 }), 'invalid'],
    [{}, tally(20, 0, { invalid: 19 }), null],
    [{}, tally(90, 0, { invalid: 90, unfit: 90 }), null],
    [{}, tally(90, 0, { invalid: 90, unfit: 71 }), null],
    [{}, tally(90, 0, { invalid: 90, unfit: 70 }), 'invalid'],
    [{}, tally(90, 0, { invalid: 70, unfit: 70, skipped: 20 }), 'skipped'],
  ])('%j after %j: %s', (rules, seen, expected) => {
    expect(metStopRule({ ...none, ...rules }, seen)).toBe(expected);
  });

  it('calls a failure rarer than 1 % after 299 clean runs: 0.99^299 is just below 5 %', () => {
    const rules = { ...none, untilRate: 0.01 };
    expect(metStopRule(rules, tally(298, 0))).toBeNull();
    expect(metStopRule(rules, tally(299, 0))).toBe('rate');
  });

  it('knows no rate before a run could have failed', () => {
    expect(metStopRule({ ...none, untilRate: 0.99 }, tally(0, 0))).toBeNull();
  });

  it('bounds the rate of one stratum, not of all runs together', () => {
    const rules = { ...none, untilRate: 0.01 };
    expect(metStopRule(rules, tally(400, 0, { measured: { eligible: 200, failures: 0 } }))).toBeNull();
    expect(metStopRule(rules, tally(400, 9, { measured: { eligible: 299, failures: 0 } }))).toBe('rate');
  });
});
