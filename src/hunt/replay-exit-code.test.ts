import { expect, it } from 'vitest';
import type { ReplayOutcome, ReplayReason } from '../model/replay.ts';
import type { Verdict } from '../model/verdict.ts';
import { replayExitCode } from './replay-exit-code.ts';

function outcomes(counts: Partial<Record<Verdict, number>>): ReplayOutcome[] {
  return Object.entries(counts).map(([verdict, count]) => ({
    judgement: { verdict: verdict as Verdict, signature: null, known: null, reason: null },
    ending: { kind: 'exit', code: 0 },
    excerpt: '',
    stacks: null,
    count,
    firstRun: 1,
  }));
}

it.each<
  [what: string, reason: ReplayReason, Partial<Record<Verdict, number>>, failures: number, until: boolean, code: number]
>([
  ['it failed', 'times', { fail: 3, pass: 7 }, 3, false, 1],
  ['it passed each time', 'times', { pass: 10 }, 0, false, 0],
  ['it did not fail as long as it was to', 'times', { pass: 1000 }, 0, true, 5],
  ['it failed in the end', 'failed', { pass: 999, fail: 1 }, 1, true, 1],
  ['it was stopped where it fails', 'halted', {}, 0, true, 1],
  ['it was interrupted', 'interrupted', { pass: 3 }, 0, false, 130],
  ['it failed before it was interrupted', 'interrupted', { fail: 3 }, 3, false, 1],
  ['it was masked, which is no failure', 'times', { masked: 10 }, 0, false, 0],
  ['it skipped', 'times', { skip: 10 }, 0, false, 77],
  ['nothing was learned', 'times', { invalid: 9, skip: 1 }, 0, true, 3],
  ['there were no runs', 'times', {}, 0, false, 5],
])('where %s', (_, reason, counts, failures, untilFail, code) => {
  expect(replayExitCode(reason, { outcomes: outcomes(counts) }, { failures, untilFail })).toBe(code);
});
