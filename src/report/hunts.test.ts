import { expect, test } from 'vitest';
import type { Verdict } from '../model/verdict.ts';
import { countsText, type HuntRow, renderHunts } from './hunts.ts';

const plain = { color: false, unicode: false };
const none: Record<Verdict, number> = { pass: 0, fail: 0, masked: 0, skip: 0, hang: 0, invalid: 0 };

function row(changes: Partial<HuntRow> = {}): HuntRow {
  return {
    id: '251123-msg-ring-k3f9',
    started: new Date(2025, 10, 23, 12, 5),
    test: 'msg-ring',
    revision: '1cbd4cff',
    state: 'ended',
    reason: 'loops',
    runs: 10_000,
    counts: { ...none, pass: 9997, fail: 3 },
    top: 'wait cqe -17 (EEXIST) > test_disabled_ring failed',
    problem: null,
    ...changes,
  };
}

test('at 80 columns the table has what identifies a hunt and what it found, and no line is longer', () => {
  const text = renderHunts([row(), row({ id: '251122-poll-aaaa', runs: 7, counts: { ...none, pass: 7 }, top: null })], {
    ...plain,
    columns: 80,
  });
  expect(text).toBe(
    `hunt                  started            runs  found
251123-msg-ring-k3f9  2025-11-23 12:05  10000  3 failed: wait cqe -17 (EEXIST...
251122-poll-aaaa      2025-11-23 12:05      7  nothing found
`,
  );
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('a wide terminal gets test and revision too', () => {
  const [title, first] = renderHunts([row()], { ...plain, columns: 160 }).split('\n');
  expect(title?.split(/\s+/)).toEqual(['hunt', 'started', 'test', 'revision', 'runs', 'found']);
  expect(first).toContain('  msg-ring  1cbd4cff  10000  3 failed: wait cqe -17 (EEXIST) > test_disabled_ring failed');
});

test.each<[string, Partial<HuntRow>, string]>([
  ['running', { state: 'running', reason: null }, 'running, 3 failed: wait'],
  ['killed', { state: 'killed', reason: null, runs: 0, counts: none, top: null }, 'killed, no runs yet'],
  ['interrupted', { reason: 'interrupted', counts: { ...none, pass: 1 }, top: null }, 'interrupted, nothing found'],
  ['broken off', { reason: 'error', top: null }, 'broken off, 3 failed'],
  ['unreadable', { problem: 'permission denied', started: new Date(Number.NaN) }, 'permission denied'],
])('a hunt that is %s says so', (_name, changes, expected) => {
  expect(renderHunts([row(changes)], { ...plain, columns: 100 })).toContain(expected);
});

test.each<[Partial<Record<Verdict, number>>, string]>([
  [{ fail: 1, hang: 2, masked: 3, pass: 9 }, '1 failed, 2 hung, 3 masked'],
  [{ pass: 1, skip: 9 }, 'nothing found'],
  [{ skip: 9 }, 'all skipped'],
  [{ invalid: 9 }, 'all invalid'],
  [{ invalid: 1, skip: 1 }, 'all skipped or invalid'],
  [{}, 'no runs yet'],
])('%j reads "%s"', (some, expected) => {
  const counts = { ...none, ...some };
  const runs = Object.values(counts).reduce((sum, count) => sum + count, 0);
  expect(countsText(counts, runs)).toBe(expected);
});

test('a title is cut by the columns it takes, and cannot steer the terminal', () => {
  const text = renderHunts([row({ top: `\x1b[2J${'漢'.repeat(60)}` })], { columns: 80, color: false, unicode: true });
  expect(text).not.toContain('\x1b');
  expect(text.split('\n')[1]).toMatch(/failed: 漢{10,15}…$/);
});
