import { describe, expect, it } from 'vitest';
import type { Judgement } from '../model/verdict.ts';
import { ReplayFold } from './agreement.ts';

const pass: Judgement = { verdict: 'pass', signature: null, known: null, reason: null };

function fail(id: string): Judgement {
  return {
    verdict: 'fail',
    signature: { id, kind: 'exit', title: id, errnos: [], lines: [id] },
    known: null,
    reason: null,
  };
}

function runs(judgement: Judgement, firstRun: number) {
  return { judgement, ending: { kind: 'exit' as const, code: 0 }, excerpt: '', stacks: null, firstRun };
}

const trace = '0/0 openat b1d 0 10 11 p\n0/0 clone3 8d9 0 20 21 p\n0.1/0 rseq 1b3 0 30 31 p\n';
const other = '0/0 openat b1d 0 12 13 p\n0/0 clone3 8d9 0 22 23 p\n0/1 futex f16 0 40 41 p\n0.1/0 rseq 1b3 0 30 51 p\n';

describe('outcomes', () => {
  it('are the same by verdict and signature, whatever ended them', () => {
    const fold = new ReplayFold(null);
    fold.takeRuns(runs(fail('a'), 1), 1);
    fold.takeRuns(runs(fail('a'), 3), 4);
    fold.takeRuns(runs(fail('b'), 2), 1);
    const { outcomes, runs: all, outcomeAgreement } = fold.summary();
    expect(all).toBe(6);
    expect(outcomes.map(({ count, firstRun }) => [count, firstRun])).toEqual([
      [5, 1],
      [1, 2],
    ]);
    expect(outcomeAgreement).toEqual({ runs: 6, asFirst: 5, asOriginal: null });
  });

  it('are compared with the first run and with the one that is replayed', () => {
    const fold = new ReplayFold({ judgement: fail('a'), schedule: null });
    fold.takeRuns(runs(pass, 1), 2);
    fold.takeRuns(runs(fail('a'), 3), 8);
    expect(fold.summary().outcomeAgreement).toEqual({ runs: 10, asFirst: 2, asOriginal: 8 });
  });

  it('of no runs are none', () => {
    const { outcomes, outcomeAgreement, scheduleAgreement } = new ReplayFold(null).summary();
    expect([outcomes, outcomeAgreement, scheduleAgreement]).toEqual([
      [],
      { runs: 0, asFirst: 0, asOriginal: null },
      null,
    ]);
  });
});

describe('schedules', () => {
  it('are told apart by their hash, with the place where they part', () => {
    const fold = new ReplayFold({ judgement: pass, schedule: 'bb' });
    fold.takeTrace(1, 'aa', trace);
    fold.takeTrace(2, 'bb', other);
    fold.takeTrace(3, 'bb', other);
    const { schedules, scheduleAgreement } = fold.summary();
    expect(scheduleAgreement).toEqual({ runs: 3, asFirst: 1, asOriginal: 2 });
    expect(schedules).toMatchObject([
      { hash: 'aa', count: 1, firstRun: 1, divergence: null },
      {
        hash: 'bb',
        count: 2,
        firstRun: 2,
        divergence: { release: 3, of: 3, happened: { thread: '0', call: 'futex' } },
      },
    ]);
  });

  it('are kept up to a number, and counted beyond it', () => {
    const fold = new ReplayFold(null);
    for (let run = 1; run <= 50; run++) fold.takeTrace(run, `hash ${run}`, trace);
    const { schedules, differentSchedules, scheduleAgreement } = fold.summary();
    expect([schedules.length, differentSchedules, scheduleAgreement?.runs]).toEqual([10, 50, 50]);
  });

  it('are none where nothing is intercepted', () => {
    const fold = new ReplayFold(null);
    fold.takeTrace(1, '0000000000000000', '');
    expect(fold.summary().scheduleAgreement).toBeNull();
  });
});
