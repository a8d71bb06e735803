import { describe, expect, it } from 'vitest';
import type { BisectEvent } from '../../model/bisect-events.ts';
import { sampleBisectHeader } from '../../report/bisect/sample-bisect.ts';
import { BisectKnowledge } from './bisect-knowledge.ts';
import { sampleCalibrated, sampleEntries, sampleSeen } from './sample-range.ts';

function known(inputs: string, ...events: BisectEvent[]): BisectKnowledge {
  const knowledge = new BisectKnowledge(sampleBisectHeader());
  knowledge.apply({ type: 'range', t: 0, entries: sampleEntries(inputs) });
  for (const event of [sampleCalibrated(), ...events]) knowledge.apply(event);
  return knowledge;
}

function built(node: number, seconds: number, identity: string, cached = false): BisectEvent {
  return { type: 'built', t: 0, node, cached, seconds, identity };
}

const lost = (node: number): BisectEvent => ({ type: 'unusable', t: 0, node, kind: 'build', reason: 'x', log: null });

it('what is seen of a build is what is seen of all that are built alike, under one condition', () => {
  const knowledge = known('aba', sampleSeen(0, 2, 10), sampleSeen(2, 1, 5), sampleSeen(0, 9, 9, { condition: 'x' }));
  expect(knowledge.seenAt(2, 'plain')).toEqual({ failures: 3, runs: 15 });
  expect(knowledge.seenAt(1, 'plain')).toEqual({ failures: 0, runs: 0 });
  expect(knowledge.seenAt(0, 'x')).toEqual({ failures: 9, runs: 9 });
});

it('a run takes as long as those of the same build did here, not elsewhere', () => {
  const hang = { seconds: 120 };
  const knowledge = known(
    'aba',
    sampleSeen(0, 2, 2, hang),
    sampleSeen(2, 1, 2, hang),
    sampleSeen(0, 9, 9, { from: 'x' }),
  );
  expect(knowledge.runSecondsAt(2, 'plain')).toBe(60);
  expect(knowledge.runSecondsAt(1, 'plain')).toBeNull();
  expect(knowledge.runSecondsAt(0, 'x')).toBeNull();
});

it('builds that turn out to be the same are one from then on', () => {
  const knowledge = known('abc', built(0, 1, 'i'), built(2, 1, 'i'), sampleSeen(0, 1, 4));
  expect(knowledge.twin(2, 'i')).toBe(0);
  expect(knowledge.twin(1, 'other')).toBeNull();
  knowledge.apply({ type: 'same', t: 0, node: 2, as: 0 });
  expect(knowledge.twin(2, 'i')).toBeNull();
  expect(knowledge.seenAt(2, 'plain')).toEqual({ failures: 1, runs: 4 });
});

it('runs are made where something is built, not built twice', () => {
  const knowledge = known('aabb', built(1, 1, 'i'));
  expect([0, 1, 2, 3].map((node) => knowledge.representative(node))).toEqual([1, 1, 2, 3]);
});

it('a node is lost with all that are built alike, and where the test does not exist', () => {
  const knowledge = known('aab-c', lost(0));
  expect([0, 1, 2, 3, 4].map((node) => knowledge.isUsable(node))).toEqual([false, false, true, false, true]);
});

describe('costs', () => {
  it('are guessed before the first build and learnt from those that were made', () => {
    expect(known('abc').costs.buildSeconds(1)).toBe(10);
    const { costs } = known('abcd', built(1, 3, 'i'), built(2, 5, 'j'), built(3, 0, 'k', true));
    expect([0, 1, 2, 3].map((node) => costs.buildSeconds(node))).toEqual([4, 0, 0, 0]);
  });

  it('of a run are those of the frozen condition, in this bisect', () => {
    expect(known('ab').costs.runSeconds).toBe(0.01);
    const slow = sampleSeen(1, 0, 99, { seconds: 198.99 });
    const { runSeconds } = known('ab', slow, sampleSeen(0, 0, 1e6, { from: 'before', seconds: 0 })).costs;
    expect(runSeconds).toBeCloseTo(1.99, 2);
  });
});

it('hunts in a row that taught nothing are counted until one does', () => {
  const knowledge = known('ab', sampleSeen(1, 0, 0), sampleSeen(1, 0, 0));
  expect(knowledge.idleHunts(1)).toBe(2);
  knowledge.apply(sampleSeen(1, 0, 3));
  expect(knowledge.idleHunts(1)).toBe(0);
});

it('others prevail when they are seen more often than the target', () => {
  const others = [{ title: 'x', verdict: 'fail', count: 5 } as const];
  expect(known('ab', sampleSeen(1, 4, 10, { others })).othersPrevail).toBe(true);
  expect(known('ab', sampleSeen(1, 5, 10, { others })).othersPrevail).toBe(false);
});

it('a search is fed with the runs under its condition, and does not ask for what is lost', () => {
  const knowledge = known('abc', sampleSeen(0, 50, 100), sampleSeen(2, 0, 100), lost(1));
  const bisector = knowledge.bisector('plain', { fails: 'old', confidence: 0.95 });
  expect(bisector.seen(0)).toEqual({ failures: 50, runs: 100 });
  const likely = bisector.distribution();
  expect(likely.map(({ node }) => node).sort()).toEqual([1, 2]);
  const step = bisector.next(knowledge.costs);
  expect(step.kind === 'run' ? step.node : step.reason).not.toBe(1);
});

it('an experiment costs what it takes to begin one: in guests their boot', () => {
  expect(known('ab').costs.startSeconds).toBe(0.1);
  const inGuests = new BisectKnowledge({ ...sampleBisectHeader(), startSeconds: 4.1 });
  inGuests.apply({ type: 'range', t: 0, entries: sampleEntries('ab') });
  expect(inGuests.costs.startSeconds).toBe(4.1);
});
