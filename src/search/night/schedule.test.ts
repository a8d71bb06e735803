import { describe, expect, it } from 'vitest';
import { NightSchedule, type NightState, type ScheduledTest, type SpentCell } from './schedule.ts';

const seed = '00000000000000aa';

function known(test: string, changes: Partial<ScheduledTest> = {}): ScheduledTest {
  return { test, isNew: false, isChanged: false, hasFlaked: false, pastRuns: 1e6, isSerial: false, ...changes };
}

interface World {
  tests: ScheduledTest[];
  conditions?: string[];
  budgetMs?: number;
  lanes?: number;
  /** Of one run, by test; 5 ms without. */
  runMs?: Record<string, number>;
  /** Longest runs of earlier nights, by test. */
  longest?: Record<string, number>;
  /** Tests each run of which fails. */
  fails?: string[];
  /** The machine is under overload until then. */
  calmMs?: number;
}

/** Plays a night: each turn takes as long as it was given, or one run at least. */
function night({
  tests,
  conditions = ['plain'],
  budgetMs = 600_000,
  lanes = 1,
  runMs = {},
  longest = {},
  fails = [],
  calmMs = 0,
}: World) {
  const schedule = new NightSchedule(tests, conditions, seed);
  const cells: SpentCell[] = conditions.flatMap((condition) =>
    tests.map(({ test }) => ({
      test,
      condition,
      spentMs: 0,
      runs: 0,
      failures: 0,
      isApart: false,
      longestMs: longest[test] ?? null,
      isDone: false,
    })),
  );
  const running: { test: string; endsMs: number }[] = [];
  const together: string[][] = [];
  const order: string[] = [];
  let now = 0;
  for (;;) {
    const state: NightState = { cells, running: running.map(({ test }) => test), lanes, leftMs: budgetMs - now };
    const next = schedule.next(state);
    if (next.kind === 'end') return { cells, order, together, now };
    if (next.kind === 'wait') {
      running.sort((a, b) => a.endsMs - b.endsMs);
      now = Math.max(now, running.shift()?.endsMs ?? now);
      continue;
    }
    const cell = cells.find(({ test, condition }) => test === next.test && condition === next.condition);
    if (cell === undefined) throw new Error('no such cell');
    const one = runMs[next.test] ?? 5;
    const ms = Math.max(one, next.ms);
    const runs = Math.max(1, Math.floor(ms / one));
    Object.assign(cell, {
      spentMs: cell.spentMs + ms,
      runs: cell.runs + runs,
      longestMs: Math.max(one, cell.longestMs ?? 0),
    });
    cell.isApart = now < calmMs && (cell.isApart || cell.runs === runs);
    if (fails.includes(next.test)) cell.failures += runs;
    order.push(`${next.test} ${next.condition}`);
    running.push({ test: next.test, endsMs: now + ms });
    together.push(running.map(({ test }) => test));
  }
}

function spent({ cells }: ReturnType<typeof night>, test: string): number {
  return cells.filter((cell) => cell.test === test).reduce((sum, { spentMs }) => sum + spentMs, 0);
}

const many = Array.from({ length: 20 }, (_, at) => known(`t${at}`));

describe('a night', () => {
  it('goes back to tests whose floor was spent under overload', () => {
    const played = night({ tests: many, calmMs: 100_000 });
    const [early, late] = [played.order[0] ?? '', played.order[19] ?? ''].map((text) => text.replace(' plain', ''));
    expect(played.cells.filter(({ isApart }) => isApart)).toEqual([]);
    expect(spent(played, early ?? '')).toBeGreaterThan(spent(played, late ?? ''));
  });

  it('gives every test a floor, and uses its time', () => {
    const played = night({ tests: [...many, known('news', { isNew: true, isChanged: true, pastRuns: 0 })] });
    const floor = 600_000 / 21 / 2;
    for (const { test } of many) expect(spent(played, test)).toBeGreaterThan(0.9 * floor);
    expect(played.now).toBeGreaterThan(599_000);
    expect(played.now).toBeLessThan(601_000);
  });

  it.each([
    ['new', { isNew: true, pastRuns: 0 }],
    ['changed', { isChanged: true }],
    ['flaky', { hasFlaked: true }],
    ['hardly known', { pastRuns: 10 }],
  ])('has more for a test that is %s', (_, changes) => {
    const played = night({ tests: [...many, known('it', changes)] });
    expect(spent(played, 'it')).toBeGreaterThan(1.5 * spent(played, 't1'));
  });

  it('has more for a test that fails tonight', () => {
    const played = night({ tests: many, fails: ['t3'] });
    expect(spent(played, 't3')).toBeGreaterThan(1.4 * spent(played, 't1'));
  });

  it('begins with new and changed tests, and with the base condition of all', () => {
    const tests = [...many, known('changed', { isChanged: true }), known('new', { isNew: true, isChanged: true })];
    const { order } = night({ tests, conditions: ['plain', 'chaos:pct:3'] });
    const first = [...new Set(order)];
    expect(first.slice(0, 2)).toEqual(['new plain', 'changed plain']);
    expect(first.findIndex((one) => one.endsWith('pct:3'))).toBe(tests.length);
  });

  it('reaches every test also where it is short, but for what takes longer than it is', () => {
    const played = night({ tests: many, conditions: ['plain', 'chaos:pct:3'], budgetMs: 10_000, runMs: { t7: 3000 } });
    expect(played.cells.filter(({ runs }) => runs === 0)).toEqual([]);
    expect(played.now).toBeLessThan(15_000);
  });

  it('gives a test that hung once no more of its floor than others', () => {
    const played = night({ tests: many, longest: { t7: 60_000 }, budgetMs: 100_000 });
    expect(spent(played, 't7')).toBeLessThan(1.5 * spent(played, 't1'));
  });

  it('comes back to a test in several turns, none too short to be worth its beginning', () => {
    const { order } = night({ tests: many.slice(0, 3) });
    expect(order.filter((one) => one === 't1 plain').length).toBeGreaterThan(3);
    expect(order.length).toBeLessThan(60);
  });

  it('hunts side by side as many as fit, no test beside itself, and serial ones alone', () => {
    const tests = [...many, known('alone', { isSerial: true })];
    const { together, order } = night({ tests, lanes: 3, conditions: ['plain', 'chaos:pct:3'] });
    expect(Math.max(...together.map((beside) => beside.length))).toBe(3);
    for (const beside of together) {
      expect(new Set(beside).size).toBe(beside.length);
      if (beside.includes('alone')) expect(beside).toEqual(['alone']);
    }
    expect(order).toContain('alone plain');
  });

  it('is the same for the same seed', () => {
    expect(night({ tests: many }).order).toEqual(night({ tests: many }).order);
  });

  it('ends at once where there is nothing to hunt', () => {
    expect(night({ tests: [] }).now).toBe(0);
  });
});
