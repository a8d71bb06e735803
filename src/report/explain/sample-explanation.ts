import type { ExplainedPoint, Explanation, Proof } from '../../model/explain.ts';
import { rateInterval } from '../../stats/interval.ts';
import type { ExplainView, LocatedFinding } from './explain-view.ts';

const point = (thread: string, name: string, line: number, text: string): ExplainedPoint => {
  const frame = { function: name, file: '/src/test/msg-ring.c', line, module: '/b/msg-ring.t', offset: '0x131e' };
  const named = { ...frame, inlined: false };
  const event = `${thread}/0:io_uring_enter:829:0`;
  const excerpt = [{ number: line, text }];
  return { event, thread, call: 'io_uring_enter', object: 'ring1', frames: [named], named, excerpt };
};

export const sampleLocated: LocatedFinding = {
  first: point('0.3', 'wait_cqe_fn', 81, '\tret = io_uring_wait_cqe(d->ring, &cqe);'),
  second: point('0', 'test_remote', 122, '\tret = io_uring_submit(ring);'),
  missing: 'start',
  notes: [{ errno: 'EEXIST', meaning: 'another task entered the ring', check: 'io_cqring_wait' }],
  reproducer: "flakehunt replay --seed 1 --condition 'chaos:force:order:done:0.3/0:a:1:0<0/3:b:2:0' msg-ring",
};

const runs = (failures: number, of: number) => ({ failures, runs: of, infeasible: 0, unfinished: 0, otherFailures: 0 });

export const sampleProof: Proof = {
  suspect: {
    kind: 'order',
    score: {
      failing: { held: 20, seen: 20 },
      passing: { held: 0, seen: 30 },
      ...{ increase: 0.6, increaseLow: 0.4, importance: 1, q: 1e-9 },
    },
    provoke: { first: '0.3/0:rseq:1b3:0', second: '0/3:io_uring_enter:829:0' },
    prevent: { first: '0.3/0:rseq:1b3:0', second: '0/3:io_uring_enter:829:0' },
    orders: [{ first: '0.3/0:rseq:1b3:0', second: '0/3:io_uring_enter:829:0' }],
    gapUs: 40,
  },
  provoked: runs(1, 8),
  prevented: runs(0, 8),
  verdict: 'not causal',
  outdone: false,
};

export const sampleExplanation: Explanation = {
  target: {
    verdict: 'fail',
    signature: {
      id: '0123456789ab',
      kind: 'exit',
      title: 'wait cqe -17 (EEXIST)',
      errnos: [],
      lines: ['wait cqe -17'],
    },
  },
  collected: { failures: 20, passes: 30, arms: ['chaos:pct:1', 'chaos:spawn'], runMs: 4, short: false },
  ranked: [],
  proofs: [sampleProof],
  finding: {
    kind: 'order',
    order: { first: '0.3/0:io_uring_enter:829:0', second: '0/3:io_uring_enter:829:0' },
    opposite: { first: '0/3:io_uring_enter:829:0', second: '0.3/0:io_uring_enter:829:0' },
    provoked: runs(20, 20),
    prevented: runs(0, 20),
    verdict: 'cause',
    parting: '0.3/0:rseq:1b3:0',
    condition: 'chaos:force:order:done:0.3/0:a:1:0<0/3:b:2:0',
    window: {
      steps: [],
      passesToUs: 10,
      failsFromUs: 100,
      natural: { runs: 60, medianUs: -306, p99Us: 35 },
    },
    points: [],
  },
  natural: rateInterval(3, 300),
  consequences: [],
  runs: 500,
  elapsedMs: 6000,
};

export const sampleView: ExplainView = {
  subject: {
    ...{ suite: 'lab', test: 'msg-ring', argv: ['/b/msg-ring.t'], build: null },
    revision: { tree: 'lab', commit: null, name: null, subject: null, date: null, treeId: null },
  },
  hunt: null,
  guest: null,
  explanation: sampleExplanation,
  located: sampleLocated,
  commandLine: ['flakehunt', 'explain'],
};
