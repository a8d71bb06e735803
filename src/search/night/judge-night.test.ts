import { describe, expect, it } from 'vitest';
import type { NightCell } from '../../model/night.ts';
import { judgeNight, type PastCell } from './judge-night.ts';
import { simulatedCell } from './simulated-nights.ts';
import { timeWasOver } from './test-state.ts';

type Failures = Record<string, number>;

const cell = (runs: number, failures: Failures = {}, condition = 'plain') =>
  simulatedCell('poll.t', condition, runs, failures);

/** The cells of each night, the oldest first. */
function past(...nights: (NightCell | NightCell[])[]): PastCell[] {
  return nights.flatMap((cells, n) =>
    [cells].flat().map((of) => ({
      night: `n${n}`,
      started: new Date(Date.UTC(2026, 0, n + 1)).toISOString(),
      commit: `c${n}`,
      cell: of,
    })),
  );
}

function repeat<T>(times: number, value: T): T[] {
  return new Array<T>(times).fill(value);
}

function verdict(tonight: NightCell | NightCell[], before: PastCell[]) {
  return judgeNight([tonight].flat(), before)[0]?.verdict;
}

describe('a test without a past', () => {
  it('is the baseline, whatever it does', () => {
    const [judged] = judgeNight([cell(100, { exit: 3 })], []);
    expect(judged).toMatchObject({ test: 'poll.t', verdict: 'baseline', state: 'flaky', commits: null });
    expect(judged?.comparison).toMatchObject({ before: null, nights: 0, p: null, adjusted: null });
  });

  it('is the baseline under a new condition, and has a past under the others', () => {
    const before = past(...repeat(3, cell(100)));
    expect(verdict([cell(100), cell(100, { exit: 50 }, 'chaos:handoff')], before)).toBe('unchanged');
    expect(verdict([cell(100, { exit: 50 }, 'chaos:handoff')], before)).toBe('baseline');
  });
});

describe('of two conditions of which the same is said', () => {
  const tonight = [cell(100), cell(100, { exit: 40 }, 'chaos:handoff')];

  it('the one that fails is told, with a past or without', () => {
    const [alone] = judgeNight(tonight, []);
    expect(alone).toMatchObject({ verdict: 'baseline', comparison: { condition: 'chaos:handoff' } });
    const [again] = judgeNight(tonight, past(...repeat(3, tonight)));
    expect(again).toMatchObject({ verdict: 'unchanged', comparison: { condition: 'chaos:handoff' } });
  });

  it('the one that is told is the less likely one', () => {
    const both = [cell(100, { exit: 12 }), cell(100, { exit: 60 }, 'chaos:handoff')];
    const [judged] = judgeNight(both, past(...repeat(4, [cell(100), cell(100, {}, 'chaos:handoff')])));
    expect(judged).toMatchObject({ verdict: 'new-flake', comparison: { condition: 'chaos:handoff' } });
  });
});

describe('a failure that was not there', () => {
  it('is a new flake, named with what is compared and the commits it came between', () => {
    const [judged] = judgeNight([cell(100, { exit: 12 })], past(...repeat(4, cell(100))));
    expect(judged).toMatchObject({ verdict: 'new-flake', state: 'flaky', commits: { after: 'c3', by: null } });
    expect(judged?.comparison).toMatchObject({
      before: { failures: 0, runs: 400 },
      tonight: { failures: 12, runs: 100 },
    });
    expect(judged?.comparison?.adjusted).toBeLessThan(1e-4);
  });

  it('may have been there in nights too short to show it, which are passed over for the last good commit', () => {
    const before = past(...repeat(8, cell(400)), cell(2), cell(2));
    expect(judgeNight([cell(400, { exit: 20 })], before)[0]).toMatchObject({
      ...{ verdict: 'new-flake', commits: { after: 'c7', by: null } },
    });
  });

  it('is a new failure where each run fails', () => {
    expect(verdict(cell(3, { exit: 3 }), past(cell(3)))).toBe('new-failure');
    expect(verdict(cell(30, { exit: 30 }), past(...repeat(5, cell(30, { exit: 1 }))))).toBe('new-failure');
  });

  it.each(['fail', 'masked', 'hang'] as const)('counts as %s like any other', (kind) => {
    const tonight = simulatedCell('poll.t', 'plain', 100, { exit: 12 }, kind);
    expect(verdict(tonight, past(...repeat(4, cell(100))))).toBe('new-flake');
  });

  it('is new beside another by which the test flaked all along', () => {
    const [judged] = judgeNight([cell(300, { old: 3, other: 25 })], past(...repeat(10, cell(300, { old: 3 }))));
    expect(judged).toMatchObject({ verdict: 'new-flake', comparison: { signature: { title: 'other failed' } } });
  });

  it('is new where it takes the place of another one, that night and not once more', () => {
    const before = [...repeat(10, cell(100, { old: 10 }))];
    const tonight = cell(100, { other: 50 });
    const [judged] = judgeNight([tonight], past(...before));
    expect(judged).toMatchObject({ verdict: 'new-flake', comparison: { signature: { title: 'other failed' } } });
    expect(verdict(tonight, past(...before, tonight, tonight))).not.toBe('new-flake');
    expect(verdict(cell(20, { other: 20 }), past(...repeat(10, cell(20, { old: 20 }))))).toBe('new-failure');
  });

  it('is new beside another that grew worse the same night, or later', () => {
    const before = repeat(10, cell(1000, { old: 10 }));
    const [judged] = judgeNight([cell(1000, { old: 600, other: 50 })], past(...before));
    expect(judged).toMatchObject({ verdict: 'new-flake', comparison: { signature: { title: 'other failed' } } });
    const nights = [...before, cell(1000, { old: 600, other: 2 }), ...repeat(6, cell(1000, { old: 600, other: 8 }))];
    const told = nights.map((night, n) => verdict(night, past(...nights.slice(0, n))));
    expect(told.filter((one) => one === 'worse' || one === 'new-flake')).toEqual(['worse', 'new-flake']);
  });

  it('came after a night without it, not before one that had it', () => {
    const nights = [...repeat(4, cell(100, { exit: 10 })), ...repeat(2, cell(100))];
    const [judged] = judgeNight([cell(400, { exit: 30 })], past(...nights));
    expect(judged?.verdict).toBe('new-flake');
    expect(['c4', 'c5']).toContain(judged?.commits?.after);
  });

  it('is no news by a single run where few went before, or where one failed long ago', () => {
    expect(verdict(cell(50, { exit: 1 }), past(cell(20)))).toBe('unchanged');
    const once = past(cell(1000, { exit: 1 }), ...repeat(100, cell(10)));
    expect(judgeNight([cell(10, { exit: 1 })], once)[0]).toMatchObject({ verdict: 'unchanged', state: 'flaky' });
  });

  it('is news by a single run where the suite has been clean for long', () => {
    expect(verdict(cell(300, { exit: 1 }), past(...repeat(420, cell(300))))).toBe('new-flake');
  });

  it('is seen over several nights where one is too short', () => {
    const nights = [...repeat(60, cell(30)), ...repeat(5, cell(30, { exit: 1 }))];
    const verdicts = nights.map((tonight, n) => verdict(tonight, past(...nights.slice(0, n))));
    expect(verdicts.filter((found) => found === 'new-flake')).toHaveLength(1);
  });

  it('came at the latest in the first of several nights that shows it', () => {
    const nights = [...repeat(60, cell(30)), ...repeat(5, cell(30, { exit: 1 }))];
    const told = nights.map((tonight, n) => judgeNight([tonight], past(...nights.slice(0, n)))[0]);
    const news = told.find((one) => one?.verdict === 'new-flake');
    expect(news?.comparison?.pooled).toBeGreaterThan(1);
    expect(news?.commits?.by).toBe('c60');
  });
});

describe('a rate that changed', () => {
  it('for the worse is worse once, and then the past', () => {
    const before = repeat(10, cell(300, { exit: 3 }));
    const bad = cell(300, { exit: 90 });
    expect(verdict(bad, past(...before))).toBe('worse');
    expect(verdict(bad, past(...before, bad))).toBe('unchanged');
    expect(verdict(bad, past(...before, ...repeat(40, bad)))).toBe('unchanged');
  });

  it('for the better is better', () => {
    expect(verdict(cell(300, { exit: 2 }), past(...repeat(10, cell(300, { exit: 90 }))))).toBe('better');
  });

  it('by a wobble is unchanged', () => {
    const wobbling = [3, 9, 4, 2, 12, 6, 3, 8, 5].map((exit) => cell(300, { exit }));
    expect(verdict(cell(300, { exit: 14 }), past(...wobbling))).toBe('unchanged');
  });
});

describe('a test that fails always', () => {
  it('is new once, and always failing from the second night on', () => {
    const bad = cell(5, { exit: 5 });
    expect(verdict(bad, past(...repeat(5, cell(5))))).toBe('new-failure');
    expect(verdict(bad, past(...repeat(5, cell(5)), bad))).toBe('always-failing');
    expect(verdict(bad, past(bad))).toBe('always-failing');
  });
});

describe('a failure that is gone', () => {
  const flaky = repeat(10, cell(100, { exit: 10 }));

  it('is fixed after as many clean runs as a confirmation asks for', () => {
    expect(verdict(cell(100), past(...flaky))).toBe('fixed');
    expect(verdict(cell(10), past(...flaky))).toBe('unchanged');
    expect(verdict(cell(100), past(...flaky, cell(100)))).toBe('unchanged');
  });

  it('is fixed the first night where each run of many failed', () => {
    const [judged] = judgeNight([cell(300)], past(...repeat(30, cell(300, { exit: 300 }))));
    expect(judged).toMatchObject({ verdict: 'fixed', comparison: { tonight: { failures: 0, runs: 300 }, nights: 30 } });
  });

  it('went after the last night that had it', () => {
    const [judged] = judgeNight([cell(60)], past(...flaky, cell(20), cell(20)));
    expect(judged).toMatchObject({ verdict: 'fixed', commits: { after: 'c9', by: null } });
  });

  it('is better until then, and fixed when they are together', () => {
    const nights = [...repeat(3, cell(8, { exit: 8 })), ...repeat(4, cell(8))];
    const verdicts = nights.map((tonight, n) => verdict(tonight, past(...nights.slice(0, n))));
    expect(verdicts).toEqual([
      'baseline',
      'always-failing',
      'always-failing',
      'better',
      'better',
      'fixed',
      'unchanged',
    ]);
  });

  it('is new when it comes back', () => {
    expect(verdict(cell(100, { exit: 10 }), past(...flaky, ...repeat(4, cell(100))))).toBe('new-flake');
  });

  it('heals a quarantine after as many clean runs, however many nights they take', () => {
    const healed = (...nights: NightCell[]) => judgeNight([cell(10)], past(...flaky, ...nights))[0]?.healed;
    expect([healed(), healed(...repeat(6, cell(10)))]).toEqual([false, true]);
    // Under one condition alone it is not seen to have healed under the other.
    const both = [cell(400), cell(100, { exit: 9 }, 'chaos:handoff')];
    expect(judgeNight([cell(400)], past(...repeat(3, both)))[0]?.healed).toBe(false);
    expect(judgeNight([cell(100)], past(cell(100)))[0]?.healed).toBe(false);
    expect(judgeNight([cell(100)], past(cell(100), cell(100)))[0]?.healed).toBe(true);
  });
});

describe('runs that say nothing', () => {
  const idle = (counts: Partial<NightCell['counts']>, rest: Partial<NightCell> = {}): NightCell => ({
    ...cell(0),
    counts: { ...cell(0).counts, ...counts },
    ...rest,
  });

  it.each([
    [idle({ skip: 9 }), 'skipped', 'skipped'],
    [idle({ invalid: 9 }), 'invalid', 'invalid'],
    [idle({}), 'skipped', 'not-run'],
    [idle({}, { reason: 'it cannot be built: no such file' }), 'invalid', 'invalid'],
    [idle({}, { overloaded: { runs: 5, failures: 1 } }), 'invalid', 'invalid'],
    [idle({}, { reason: timeWasOver }), 'skipped', 'not-run'],
  ])('are told as such (%#)', (tonight, expected, state) => {
    const [judged] = judgeNight([tonight], past(...repeat(3, cell(100))));
    expect(judged).toMatchObject({ verdict: expected, state, comparison: null });
  });

  it('are in no rate, tonight or before', () => {
    const skipping = {
      ...cell(100, { exit: 12 }),
      counts: { ...cell(100, { exit: 12 }).counts, skip: 1e6, invalid: 1e6 },
    };
    const before = past(...repeat(4, cell(100)), idle({ skip: 1e6 }));
    const [judged] = judgeNight([skipping], before);
    expect(judged?.comparison).toMatchObject({ before: { runs: 400 }, tonight: { runs: 100 }, nights: 4 });
  });
});

it('does not depend on the order in which the past is given', () => {
  const before = past(...repeat(3, cell(100)), ...repeat(3, cell(100, { exit: 20 })));
  const tonight = [cell(100, { exit: 19 })];
  expect(judgeNight(tonight, before.toReversed())).toEqual(judgeNight(tonight, before));
});
