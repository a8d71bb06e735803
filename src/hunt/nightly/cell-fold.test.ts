import { describe, expect, it } from 'vitest';
import type { HuntEvent } from '../../model/events.ts';
import { sampleClass, sampleFailure, sampleHeader, sampleTally } from '../../store/sample-hunt.ts';
import { CellFold } from './cell-fold.ts';

const batch = (id: number, condition = 'plain', t = 0): HuntEvent => ({
  type: 'batch',
  t,
  batch: id,
  stratum: { condition, jobs: 1 },
  purpose: 'hunt',
  learnt: null,
});
const failure = sampleClass({ class: 1, run: 3, judgement: sampleFailure(), excerpt: 'wait cqe -17' });

function cell(events: [HuntEvent, boolean?][], condition = 'plain') {
  const fold = new CellFold({ test: 'msg-ring', condition }, sampleHeader());
  for (const [event, overloaded = false] of events) fold.apply(event, overloaded);
  return fold;
}

describe('a cell', () => {
  it('counts what its hunt saw, and says how it fails again', () => {
    const fold = cell([
      [batch(0)],
      [sampleClass()],
      [failure],
      [sampleTally(0, [[4, 9]])],
      [sampleTally(1, [[10, 11]])],
    ]);
    expect(fold.cell()).toMatchObject({
      counts: { pass: 7, fail: 3, skip: 0 },
      signatures: [{ count: 3, firstRun: 3, verdict: 'fail', excerpt: 'wait cqe -17' }],
      hunt: sampleHeader().id,
      wall: { minUs: 4000, maxUs: 4000 },
      overloaded: { runs: 0, failures: 0 },
      reason: null,
    });
    expect(fold.cell().signatures[0]?.reproduce).toMatch(
      /^flakehunt replay --seed [0-9a-f]{16} --condition plain --as-run 3 /,
    );
  });

  it('keeps runs under overload apart, also of classes that it knows', () => {
    const fold = cell([
      [batch(0)],
      [sampleClass(), true],
      [sampleTally(0, [[2, 5]])],
      [failure],
      [sampleTally(1, [[6, 9]]), true],
    ]);
    expect(fold.cell()).toMatchObject({
      counts: { pass: 4, fail: 1 },
      signatures: [{ count: 1 }],
      overloaded: { runs: 5, failures: 4 },
    });
  });

  it('says so where there are no others', () => {
    const fold = cell([[batch(0)], [sampleClass(), true]]);
    expect(fold.cell()).toMatchObject({ reason: 'all of its runs were made under overload' });
  });

  it('has no runs of what a refusal leaves of its condition', () => {
    const refused: HuntEvent = { type: 'refused', t: 1, batch: 0, part: 'chaos', text: 'no seccomp' };
    const fold = cell([[batch(0, 'chaos:pct:3')], [refused], [batch(1)], [sampleClass({ batch: 1 })]], 'chaos:pct:3');
    expect(fold.refused).toBe('chaos:pct:3 cannot be put in force: there is no chaos (no seccomp)');
    expect(fold.cell()).toMatchObject({ counts: { pass: 0 }, reason: fold.refused, wall: null });
  });

  it('says why runs were skipped', () => {
    const judgement = { verdict: 'skip', signature: null, known: null, reason: 'exit code 77' } as const;
    expect(cell([[batch(0)], [sampleClass({ judgement })]]).cell()).toMatchObject({
      counts: { skip: 1 },
      reason: 'exit code 77',
      wall: null,
    });
  });

  it('knows how long it was hunted, also where a batch was cut off', () => {
    const end: HuntEvent = { type: 'batch-end', t: 500, batch: 0, runs: 1, elapsedUs: 450_000 };
    const fold = cell([
      [batch(0)],
      [sampleClass({ t: 400 })],
      [end],
      [batch(1, 'plain', 1000)],
      [sampleClass({ t: 1250, class: 5, batch: 1 })],
    ]);
    expect(fold.cell().elapsedMs).toBe(700);
  });
});
