import { describe, expect, it } from 'vitest';
import type { HuntEvent } from '../../model/events.ts';
import type { Judgement } from '../../model/verdict.ts';
import { sampleClass, sampleFailure, sampleTally } from '../../store/sample-hunt.ts';
import { TargetCounter } from './count-runs.ts';
import { sampleTarget } from './sample-range.ts';

const { signature } = sampleFailure();
const target = { verdict: 'fail', signature: signature ?? sampleTarget.signature } as const;

function batch(number: number, condition: string): HuntEvent {
  return { type: 'batch', t: 0, batch: number, stratum: { condition, jobs: 1 }, purpose: 'hunt' };
}

function counted(...events: HuntEvent[]): TargetCounter {
  const counter = new TargetCounter(target, { by: 'like' });
  for (const event of [batch(0, 'plain'), ...events]) counter.apply(event);
  return counter;
}

const other: Judgement = {
  ...{ verdict: 'fail', known: null, reason: null },
  signature: { ...sampleTarget.signature, id: 'ffff', title: 'another', lines: ['another'] },
};

it('counts failures of the target and the runs that could have shown it', () => {
  const { seen, runs, others } = counted(
    sampleClass({ class: 1, run: 1 }),
    sampleTally(1, [[2, 9]]),
    sampleClass({ class: 2, run: 10, judgement: sampleFailure() }),
  ).total();
  expect([seen, runs, others]).toEqual([{ failures: 1, runs: 10 }, 10, []]);
});

describe('runs that tell nothing of the target', () => {
  it('are those that were skipped or invalid; the first of them says why', () => {
    const total = counted(
      sampleClass({ class: 1, judgement: { verdict: 'skip', signature: null, known: null, reason: 'no device' } }),
      sampleClass({ class: 2, judgement: { verdict: 'invalid', signature: null, known: null, reason: 'refused' } }),
    ).total();
    expect(total).toMatchObject({
      seen: { failures: 0, runs: 0 },
      skipped: 1,
      invalid: 1,
      runs: 2,
      reason: 'no device',
    });
  });

  it('are those that another failure ended; they are listed beside', () => {
    const total = counted(sampleClass({ class: 1, judgement: other }), sampleTally(1, [[2, 4]])).total();
    expect(total.seen.runs).toBe(0);
    expect(total.others).toEqual([{ title: 'another', verdict: 'fail', count: 4 }]);
  });
});

it('a masked failure beside leaves the run a clean one', () => {
  const total = counted(sampleClass({ class: 1, judgement: { ...other, verdict: 'masked' } })).total();
  expect(total).toMatchObject({ seen: { failures: 0, runs: 1 }, others: [{ verdict: 'masked', count: 1 }] });
});

it('keeps conditions apart, and adds them up', () => {
  const counter = counted(
    sampleClass({ class: 1, run: 1 }),
    batch(1, 'chaos:pct:2'),
    sampleClass({ class: 2, run: 2, batch: 1, judgement: sampleFailure() }),
  );
  expect(counter.conditions()).toEqual(['plain', 'chaos:pct:2']);
  expect(counter.of('plain').seen).toEqual({ failures: 0, runs: 1 });
  expect(counter.of('chaos:pct:2').seen).toEqual({ failures: 1, runs: 1 });
  expect(counter.of('handoff').runs).toBe(0);
  expect(counter.total().seen).toEqual({ failures: 1, runs: 2 });
});
