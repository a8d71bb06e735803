import { describe, expect, it } from 'vitest';
import type { HuntEvent } from '../../model/events.ts';
import { sampleClass, sampleFailure, sampleHeader, sampleSession, sampleTally } from '../../store/sample-hunt.ts';
import { type ArmEvidence, huntEvidence, pooledEvidence } from './hunt-evidence.ts';
import { sampleTarget } from './sample-range.ts';

const target = { verdict: 'fail', signature: sampleFailure().signature ?? sampleTarget.signature } as const;

async function evidence(events: HuntEvent[]): Promise<ArmEvidence[]> {
  async function* log(): AsyncGenerator<HuntEvent> {
    yield { type: 'hunt', v: 1, t: 0, header: sampleHeader({ conditions: ['plain', 'noise:switch:1'] }) };
    yield sampleSession(1);
    yield* events;
  }
  return await huntEvidence(log(), target, { by: 'like' });
}

function batch(number: number, condition: string, t: number): HuntEvent {
  return { type: 'batch', t, batch: number, stratum: { condition, jobs: 1 }, purpose: 'hunt', learnt: null };
}

describe('what a hunt says of a failure', () => {
  it('is told for each condition, with the time that its batches took', async () => {
    const arms = await evidence([
      batch(0, 'plain', 0),
      sampleClass({ class: 1, run: 1 }),
      { type: 'batch-end', t: 500, batch: 0, runs: 1, elapsedUs: 400_000 },
      batch(1, 'noise:switch:1', 500),
      sampleClass({ class: 2, run: 2, batch: 1, judgement: sampleFailure() }),
      { type: 'batch-end', t: 900, batch: 1, runs: 1, elapsedUs: 300_000 },
    ]);
    expect(arms.map(({ condition, counts, seconds, from }) => [condition, counts.seen, seconds, from])).toEqual([
      ['plain', { failures: 0, runs: 1 }, 0.4, '251123-msg-ring-k3f9'],
      ['noise:switch:1', { failures: 1, runs: 1 }, 0.3, '251123-msg-ring-k3f9'],
    ]);
  });

  it('knows the time of a batch that was broken off: until its last runs were told', async () => {
    const [arm] = await evidence([
      batch(0, 'plain', 1000),
      sampleClass({ class: 1, run: 1, t: 3000 }),
      { ...sampleTally(1, [[2, 4]]), t: 9000 } as HuntEvent,
      { type: 'end', t: 9500, reason: 'time', abandoned: 0, exitCode: 0 },
    ]);
    expect(arm?.seconds).toBe(8);
  });
});

it('arms of one condition are added up, and stay as they were', () => {
  const arm = (condition: string, failures: number): ArmEvidence => {
    const counts = { seen: { failures, runs: 10 }, others: [], skipped: 0, invalid: 0, runs: 11, reason: null };
    return { condition, counts, seconds: 2, from: 'h' };
  };
  const arms = [arm('plain', 1), arm('x', 5), arm('plain', 2)];
  expect(
    pooledEvidence(arms).map(({ condition, counts, seconds }) => [condition, counts.seen, counts.runs, seconds]),
  ).toEqual([
    ['plain', { failures: 3, runs: 20 }, 22, 4],
    ['x', { failures: 5, runs: 10 }, 11, 2],
  ]);
  expect(arms[0]?.counts.seen.failures).toBe(1);
});
