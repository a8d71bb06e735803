import { describe, expect, it, vi } from 'vitest';
import { readTruth } from '../lab/truth.ts';
import { bisect, change, told } from './bisecting.ts';
import { bench } from './flakehunt.ts';

// A guard against hanging; the longest take a minute and a half on a machine that is very busy.
vi.setConfig({ testTimeout: 420_000 });

/**
 * The culprits of the bundled tree. At this confidence a wrong commit has to get past a posterior of 99.9 % and a check
 * at a level of 1 in 10000. Where both ends of the failing side are built alike no second step is looked for, which
 * saves most of the time.
 */
const sure = ['--tree', 'lab', '--confidence', '0.999'];
const never = change('cookie-zero', 1);
const race = ['--signature', 'wait cqe -17'];
const cookie = ['--signature', 'completion without'];
const handoff = ['--condition', 'chaos:handoff'];
const held = ['--condition', 'chaos:delays:1'];

it.each<[what: string, test: string, args: string[], answer: string]>([
  [
    'the race of messages, introduced; the condition is found',
    'msg-ring',
    [...race, '--good', 'v0.1', '--bad', 'v0.2'],
    `introduced ${change('msg-ring-race', 0)}`,
  ],
  [
    'introduced again, with another flake of the same test in the way',
    'msg-ring',
    [...race, '--good', 'v0.3', '--bad', `${never}~1`],
    `introduced ${change('msg-ring-race', 3)}`,
  ],
  [
    'the deadline, removed',
    'heartbeat',
    [...held, '--old', '65738fdc', '--new', 'v0.3', '--fix'],
    `fixed ${change('heartbeat-deadline', 1)}`,
  ],
  [
    'the deadline, reintroduced by a revert',
    'heartbeat',
    [...held, '--good', 'v0.3', '--bad', 'v0.4'],
    `introduced ${change('heartbeat-deadline', 2)}`,
  ],
  [
    'the double claim, removed',
    'claim',
    [...handoff, '--bad', 'eb829fb', '--good', '9a2febc2'],
    `fixed ${change('claim-twice', 1)}`,
  ],
])('%s', async (_, test, args, answer) => {
  const { code, err, found } = await bisect(bench({ FLAKEHUNT_STRATEGY: 'auto' }), test, ...sure, ...args);
  expect([code, err, told(found).at(-1)]).toEqual([0, '', answer]);
  expect(found.outcome).toBe('decided');
  expect(found.findings.at(-1)?.check?.agrees).toBe(true);
});

it('a step before the end: reduced, then fixed', async () => {
  const args = [...race, '--old', 'v0.2', '--new', 'v0.3', '--fix', '--condition', 'chaos:pct:1'];
  const { code, found } = await bisect(bench(), 'msg-ring', '--tree', 'lab', '--confidence', '0.999', ...args);
  const answers = told(found);
  expect(code).toBe(0);
  expect(answers.at(-1)).toBe(`fixed ${change('msg-ring-race', 2)}`);
  // The rate falls to a quarter or so, and the look for it has its limits: nothing is said rather than something wrong.
  const steps = [[`reduced ${change('msg-ring-race', 1)}`], ['reduced undecided'], []];
  expect(steps).toContainEqual(answers.slice(0, -1));
});

it('a failure on a side branch whose test came with it: the range begins where the test does', async () => {
  const merge = ['--good', 'v0.2', '--bad', '3c86bd6d'];
  const { code, found } = await bisect(bench(), 'claim', ...sure, ...handoff, ...merge);
  expect([code, told(found)]).toEqual([0, [`introduced ${change('claim-twice', 0)}`]]);
  expect(found.notes).toContainEqual(expect.stringMatching(/claim does not exist at .*: the range begins at c5825797/));
});

describe('the cookie that is zero once in 256 runs, whatever the schedule', () => {
  // A level of 1 in 10000 would take many thousands of runs; at the usual 95 % a wrong commit still has to get past the
  // search and then past a check at 1 in 200.
  const likely = ['--tree', 'lab', '--condition', 'plain', '--jobs', '2', ...cookie];

  it('introduced, while the race is there already', async () => {
    const ends = ['--good', 'v0.1', '--bad', change('cookie-zero', 0)];
    const { found } = await bisect(bench(), 'msg-ring', ...likely, ...ends);
    expect(told(found)).toEqual([`introduced ${change('cookie-zero', 0)}`]);
  });

  it('removed; the tip of the branch is the other end', async () => {
    const { found } = await bisect(bench(), 'msg-ring', ...likely, '--bad', '9a2febc2', '--fix');
    expect(told(found)).toEqual([`fixed ${change('cookie-zero', 1)}`]);
    expect(found.ends.join('\n')).toMatch(/HEAD|main, the tip of the default branch.*did not fail in \d+ runs/);
  });
});

it('a hang; a hunt knows it, which saves the time to look for it', async () => {
  const place = bench();
  const culprit = change('wakeup-lost', 0);
  const how = ['wakeup', '--tree', 'lab', '--limit', '1s', '--jobs', '2'];
  await place.run(['run', ...how, '--rev', culprit, '--strategy', 'chaos:delays:2', '--failures', '10', '-q']);
  const { code, found } = await bisect(place, ...how, '--good', 'v0.2', '--bad', culprit);
  expect([code, told(found)]).toEqual([0, [`introduced ${culprit}`]]);
});

it('a masked failure that was there from the beginning has no clean end', async () => {
  const ends = ['--old', 'v0.1', '--new', 'v0.3', '--regression', '--masked', 'fail'];
  const { code, found } = await bisect(bench(), 'defer-wait', '--tree', 'lab', ...ends);
  expect([code, found.outcome, found.findings]).toEqual([5, 'both-fail', []]);
  expect(found.notes).toContainEqual(expect.stringMatching(/defer-wait does not exist at .*: the range begins at/));
  const broken = readTruth().unbuildable.map(({ commit }) => commit);
  for (const { commit, kind } of found.unusable)
    expect([broken.includes(commit.commit), kind]).toEqual([true, 'build']);
});
