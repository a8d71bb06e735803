import { describe, expect, it } from 'vitest';
import type { BisectEvent, RangeEntry, SeenEvent } from '../../model/bisect-events.ts';
import { BisectFold } from './bisect-fold.ts';
import { sampleBisectHeader, sampleCommit } from './sample-bisect.ts';

const header = sampleBisectHeader();

/** A line of commits; equal letters are built of equal inputs. */
function range(inputs: string): BisectEvent {
  const entries = [...inputs].map(
    (letter, node): RangeEntry => ({
      ...sampleCommit(node),
      ...{ parents: node === 0 ? [] : [node - 1], inputs: letter, weight: 1, exists: letter !== '-' },
    }),
  );
  return { type: 'range', t: 1000, entries };
}

function calibrated(condition: string): BisectEvent {
  const rate = { failures: 1, runs: 10, observed: 0.1, low: 0.01, high: 0.4 };
  return { type: 'calibrated', t: 1000, calibration: { condition, rate, base: null, secondsPerRun: 0.1 } };
}

function seen(node: number, failures: number, runs: number, changes: Partial<SeenEvent> = {}): SeenEvent {
  return {
    ...{ type: 'seen', t: 1000, node, phase: 'search', condition: 'plain', seen: { failures, runs }, others: [] },
    ...{ skipped: 0, invalid: 0, runs, seconds: 1, hunt: 'h', from: null },
    ...changes,
  };
}

function folded(inputs: string, ...events: BisectEvent[]) {
  const fold = new BisectFold();
  const begun: BisectEvent[] = [{ type: 'bisect', v: 1, t: 0, header }, range(inputs), calibrated('plain')];
  for (const event of [...begun, ...events]) fold.apply(event);
  return fold.summary();
}

describe('a row', () => {
  it('shows what was seen of its build under the frozen condition', () => {
    const { rows, spent } = folded('aba', seen(0, 1, 10), seen(2, 2, 10), seen(0, 5, 5, { condition: 'chaos:note' }));
    expect(rows.map(({ build, state, rate }) => [build, state, rate && [rate.failures, rate.runs]])).toEqual([
      [0, 'seen', [3, 20]],
      [1, 'unseen', null],
      [0, 'seen', [3, 20]],
    ]);
    expect(spent.runs).toBe(25);
  });

  it('is joined to one that turned out to be the same program, with its runs', () => {
    const { rows, distinctBuilds } = folded('abc', seen(0, 1, 10), seen(2, 0, 10), {
      type: 'same',
      t: 2,
      node: 2,
      as: 0,
    });
    expect(rows.map(({ build }) => build)).toEqual([0, 1, 0]);
    expect(rows[2]?.rate).toMatchObject({ failures: 1, runs: 20 });
    expect(distinctBuilds).toBe(2);
  });

  it('is lost with all that are built alike; so is one without the test', () => {
    const lost: BisectEvent = { type: 'unusable', t: 2, node: 1, kind: 'build', reason: 'no', log: null };
    const { rows, unusable, spent } = folded('abb-', lost);
    expect(rows.map(({ state }) => state)).toEqual(['unseen', 'unusable', 'unusable', 'unusable']);
    expect(unusable.map(({ commit }) => commit.name)).toEqual([sampleCommit(1).name]);
    expect(spent.failedBuilds).toBe(1);
  });

  it('is not seen by a hunt in which nothing could be seen', () => {
    expect(folded('ab', seen(1, 0, 0)).rows[1]).toMatchObject({ state: 'unseen', rate: null });
  });
});

it('runs that were made before are shown and not counted as spent', () => {
  const { rows, spent } = folded('ab', seen(0, 1, 10, { from: 'earlier', hunt: null }));
  expect(rows[0]?.rate).toMatchObject({ runs: 10 });
  expect(spent.runs).toBe(0);
});

it('the last posterior is the one that counts', () => {
  const { rows, nullMass } = folded(
    'abc',
    { type: 'posterior', t: 2, masses: [[1, 0.9]], none: 0.1 },
    { type: 'posterior', t: 3, masses: [[2, 0.7]], none: 0.3 },
  );
  expect([rows.map(({ mass }) => mass), nullMass]).toEqual([[0, 0, 0.7], 0.3]);
});

it('other failures are counted, and where they were seen', () => {
  const others = [{ title: 'x', verdict: 'hang', count: 2 } as const];
  expect(folded('abc', seen(0, 0, 9, { others }), seen(2, 0, 9, { others })).others).toEqual([
    { title: 'x', verdict: 'hang', count: 4, commits: 2 },
  ]);
});

describe('sessions', () => {
  const end: BisectEvent = { type: 'end', t: 5000, outcome: 'interrupted', exitCode: 130 };
  const again: BisectEvent = { type: 'session', t: 905_000, timeMs: 1 };
  const doing: BisectEvent = { type: 'doing', t: 2000, what: 'building' };

  it('take no time between them', () => {
    const { spent } = folded('ab', { ...again, t: 1000 }, doing, end, again, { ...doing, t: 906_000 });
    expect(spent.seconds).toBe(6);
  });

  it('end what is being done, and begin with nothing decided', () => {
    const finding: BisectEvent = {
      ...{ type: 'finding', t: 3000, verb: 'fixed', state: 'found', posterior: 0.99, check: null },
      suspects: [{ node: 1, mass: 0.99, files: ['a'] }],
    };
    expect(folded('ab', doing, finding, end)).toMatchObject({
      ...{ activity: null, outcome: 'interrupted', findings: [{ suspects: [{ commit: sampleCommit(1) }] }] },
    });
    expect(folded('ab', doing, finding, end, again)).toMatchObject({ outcome: null, findings: [] });
  });
});
