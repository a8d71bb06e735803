import type { BisectTarget } from '../../model/bisect.ts';
import type { BisectEvent, RangeEntry, SeenEvent } from '../../model/bisect-events.ts';

export const sampleTarget: BisectTarget = {
  verdict: 'fail',
  signature: {
    id: '0123456789ab',
    kind: 'exit',
    title: 'wait cqe -17 (EEXIST)',
    errnos: [],
    lines: ['wait cqe -17', 'test_disabled_ring failed'],
  },
};

/** A line of commits; equal letters are built of equal inputs, `-` is one without the test. */
export function sampleEntries(inputs: string): RangeEntry[] {
  return [...inputs].map((letter, node) => ({
    ...{ commit: String(node).padStart(40, '0'), name: `c${node}`, subject: `commit ${node}`, author: 'A' },
    authorDate: '2024-04-19T10:00:00Z',
    parents: node === 0 ? [] : [node - 1],
    inputs: letter,
    weight: node === 0 ? 0 : 1,
    exists: letter !== '-',
  }));
}

export function sampleCalibrated(condition = 'plain'): BisectEvent {
  const rate = { failures: 10, runs: 100, observed: 0.1, low: 0.05, high: 0.17 };
  return { type: 'calibrated', t: 0, calibration: { condition, rate, base: null, secondsPerRun: 0.01 } };
}

export function sampleSeen(node: number, failures: number, runs: number, changes: Partial<SeenEvent> = {}): SeenEvent {
  return {
    ...{ type: 'seen', t: 0, node, phase: 'search', condition: 'plain', seen: { failures, runs }, others: [] },
    ...{ skipped: 0, invalid: 0, runs, seconds: runs / 50, hunt: 'h', from: null },
    ...changes,
  };
}
