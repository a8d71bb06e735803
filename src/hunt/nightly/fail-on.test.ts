import { describe, expect, it } from 'vitest';
import type { NightReport, NightVerdict, Quarantine, TestState, TestVerdict } from '../../model/night.ts';
import { sampleNightHeader } from '../../store/sample-night.ts';
import { failingOf, failOns, nightExitCode } from './fail-on.ts';

const entry: Quarantine = { test: 'x', signature: null, reason: 'r', owner: 'o', expires: '2026-01-01' };

function told(
  verdict: NightVerdict,
  state: TestState,
  quarantine: 'holds' | 'expired' | 'healed' | null = null,
): TestVerdict {
  const held = quarantine === null ? null : { entry, state: quarantine };
  return { test: 'x', verdict, state, comparison: null, quarantine: held, range: null, bisect: null };
}

/** Which of `failOns` it fails on. */
const failsOn = (one: TestVerdict) => failOns.filter((failOn) => failingOf([one], failOn).length > 0);

describe('a test', () => {
  it.each<[NightVerdict, TestState, string[]]>([
    ['new-failure', 'failing', ['new', 'worse', 'flaky', 'failing']],
    ['new-flake', 'flaky', ['new', 'worse', 'flaky', 'failing']],
    ['worse', 'flaky', ['worse', 'flaky', 'failing']],
    ['unchanged', 'flaky', ['flaky', 'failing']],
    ['baseline', 'flaky', ['flaky', 'failing']],
    ['always-failing', 'failing', ['failing']],
    ['unchanged', 'passing', []],
    ['fixed', 'passing', []],
    ['invalid', 'not-run', []],
    ['skipped', 'skipped', []],
  ])('that is %s and %s fails the night on %j', (verdict, state, expected) => {
    expect(failsOn(told(verdict, state))).toEqual(expected);
  });

  it('in quarantine fails nothing until its day; from then on whenever it fails', () => {
    expect(failsOn(told('new-flake', 'flaky', 'holds'))).toEqual([]);
    expect(failsOn(told('unchanged', 'flaky', 'expired'))).toEqual(['new', 'worse', 'flaky', 'failing']);
    expect(failsOn(told('unchanged', 'passing', 'expired'))).toEqual([]);
    expect(failingOf([told('unchanged', 'flaky', 'expired')], 'new')).toEqual([
      'x: its quarantine expired on 2026-01-01 (o)',
    ]);
  });
});

describe('a night', () => {
  const night = (verdicts: TestVerdict[], changes: Partial<NightReport> = {}): NightReport => ({
    header: sampleNightHeader(),
    cells: [],
    verdicts,
    trend: [],
    signatures: [],
    elapsedMs: 0,
    ended: { reason: 'time', exitCode: 0 },
    failing: [],
    refusal: null,
    notes: [],
    ...changes,
  });

  it.each<[string, NightReport, number]>([
    ['with nothing that counts', night([told('unchanged', 'passing')]), 0],
    ['with something', night([told('new-flake', 'flaky')], { failing: ['x'] }), 1],
    ['of which nothing could be built', night([told('invalid', 'not-run')]), 3],
    ['that was refused', night([], { refusal: 'io_uring is refused here' }), 3],
    ['that skipped everything', night([told('skipped', 'skipped')]), 77],
    [
      'that skipped some and could not build the rest',
      night([told('skipped', 'skipped'), told('invalid', 'invalid')]),
      3,
    ],
    ['that passed somewhere', night([told('skipped', 'skipped'), told('unchanged', 'passing')]), 0],
    ['that had nothing to do', night([], { header: sampleNightHeader({ tests: [] }) }), 0],
    [
      'that was interrupted',
      night([told('new-flake', 'flaky')], { failing: ['x'], ended: { reason: 'interrupted', exitCode: 0 } }),
      130,
    ],
  ])('%s', (_, report, code) => {
    expect(nightExitCode(report)).toBe(code);
  });
});
