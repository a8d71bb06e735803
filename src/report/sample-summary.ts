import type { Learnt, Stratum } from '../model/condition.ts';
import type { EffectRecord } from '../model/engine.ts';
import type { ClassEvent, HuntEvent, StopReason } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { MachineFacts } from '../model/machine.ts';
import type { HuntSummary } from '../model/summary.ts';
import type { Judgement } from '../model/verdict.ts';
import { filledCondition } from '../perturb/fill-learnt.ts';
import { liburing } from '../suites/liburing.ts';
import { createSummary } from './summary.ts';

/** Runs of one class, for tests: how many, in which stratum, and what they gave. */
export interface SampleRuns {
  count: number;
  stratum?: Stratum;
  judgement: Judgement;
  event?: Partial<ClassEvent>;
  learnt?: Learnt;
  /** What happened in one such run. */
  effect?: Partial<EffectRecord>;
  /** Of one run; 4 ms without. */
  us?: number;
  refused?: string;
}

/** The summary of a hunt whose runs came class by class. */
export function sampleSummary(
  groups: SampleRuns[],
  header: Partial<HuntHeader> = {},
  end: { reason: StopReason; abandoned?: number } | null = { reason: 'loops' },
): HuntSummary {
  const summary = createSummary(filledCondition);
  for (const event of sampleEvents(groups, sampleHeader(header))) summary.apply(event);
  const last: HuntEvent = { type: 'end', t: 0, reason: 'loops', abandoned: 0, exitCode: 1, ...end };
  if (end !== null) summary.apply(last);
  return summary.snapshot();
}

export const pass: Judgement = { verdict: 'pass', signature: null, known: null, reason: null };

/** The failure of liburing issue 1135, as its reporter saw it. */
export const case1135: Judgement = {
  verdict: 'fail',
  signature: {
    id: '6f2f0c1b9a3e',
    kind: 'exit',
    title: 'wait cqe -17 (EEXIST) > test_disabled_ring failed > ring flags defer failed',
    errnos: [{ value: -17, name: 'EEXIST', text: 'File exists' }],
    lines: ['wait cqe -17', 'test_disabled_ring failed', 'ring flags defer failed'],
  },
  known: {
    id: 'liburing-1135',
    title: 'msg-ring: a ring with DEFER_TASKRUN is waited on by a thread that does not own it',
    explanation:
      "If the thread looks before the message is there it has to enter the kernel; only the submitter may run a DEFER_TASKRUN ring's work, so the kernel answers -EEXIST.",
    links: ['https://github.com/axboe/liburing/issues/1135'],
    fixes: [
      { commit: '33312903', what: 'lets the threads meet at a barrier: closes the window in which the run fails' },
      { commit: '2d80864d', what: 'gives the waiting thread a ring of its own: removes the cause' },
    ],
  },
  reason: null,
};

const case1135Output = 'wait cqe -17\ncqe res 32\ntest_disabled_ring failed\nring flags defer failed';

export function sampleHeader(changes: Partial<HuntHeader> = {}): HuntHeader {
  return {
    id: '251123-msg-ring-k3f9',
    started: '2025-11-23T12:00:00.000Z',
    version: '0.1.0',
    suite: 'liburing',
    test: 'msg-ring',
    argv: ['/cache/builds/4f1c/test/msg-ring.t'],
    cwd: { kind: 'scratch' },
    revision: {
      tree: 'https://github.com/axboe/liburing',
      commit: '1cbd4cffa881772d54d7d1a98755101253a66d0a',
      name: '1cbd4cff',
      subject: 'test/wait-timeout: add test for the minimum timeout of a wait with a batch',
      date: '2024-04-19T10:00:00Z',
      treeId: 'aa11',
    },
    build: { key: '4f1c', cached: false, seconds: 2.5, compiler: 'gcc (Debian 12.2.0-14) 12.2.0', log: null },
    engine: 'local',
    conditions: ['plain'],
    jobs: 1,
    stop: { loops: 10_000, timeMs: null, failures: null, untilRate: null },
    seed: '9f86d081884c7d65',
    limitMs: 60_000,
    masked: 'report',
    machine: sampleMachine,
    commandLine: ['flakehunt', 'run', 'msg-ring.t', '--loops', '10000'],
    suiteDefinition: liburing,
    ...changes,
  };
}

export const sampleMachine: MachineFacts = {
  hostname: 'build3',
  kernel: '6.18.0',
  arch: 'x86_64',
  distribution: 'Debian GNU/Linux 12',
  cpuModel: 'AMD EPYC 7B13',
  cpusOnline: 8,
  cpusAllowed: [0, 1, 2, 3],
  memoryMiB: 4096,
  virtualization: 'kvm',
  governor: null,
  loadAverage: [0.1, 0.2, 0.3],
  ioUringDisabled: 0,
  ioUring: 'ok',
  memlockKiB: null,
  corePattern: 'core',
  uid: 0,
  nodeVersion: 'v20.19.0',
};

function* sampleEvents(groups: SampleRuns[], header: HuntHeader): Generator<HuntEvent> {
  yield { type: 'hunt', v: 2, t: 0, header };
  yield { type: 'session', t: 0, firstRun: 1, supervisor: 'sample', stop: header.stop };
  let run = 1;
  for (const [id, group] of groups.entries()) {
    const stratum = group.stratum ?? { condition: 'plain', jobs: 1 };
    const { count, learnt = null, effect, refused, us = 4000 } = group;
    yield { type: 'batch', t: 0, batch: id, stratum, purpose: 'hunt', learnt };
    if (refused !== undefined) yield { type: 'refused', t: 0, batch: id, part: 'chaos', text: refused };
    if (count > 0) yield* sampleClass(id, run, group);
    if (effect !== undefined) yield sampleEffect(id, count, effect);
    yield { type: 'batch-end', t: 0, batch: id, runs: count, elapsedUs: (us * count) / stratum.jobs };
    run += count;
  }
}

function sampleEffect(batch: number, runs: number, perRun: Partial<EffectRecord>): HuntEvent {
  const none = { threads: 0, events: 0, concurrent: 0, held: 0, heldUs: 0, releases: 0, points: 0, cancelled: 0 };
  const all = { ...none, voluntarySwitches: 0, involuntarySwitches: 0, migrations: 0, sampled: 0, ...perRun };
  const sums = Object.entries(all).map(([name, each]) => [name, Math.round(Number(each) * runs)]);
  return {
    t: 0,
    ...(Object.fromEntries(sums) as EffectRecord),
    type: 'effect',
    batch,
    runs,
    horizon: all.horizon ?? 0,
  };
}

function* sampleClass(id: number, run: number, { count, judgement, event }: SampleRuns): Generator<HuntEvent> {
  yield {
    type: 'class',
    t: 0,
    class: id,
    run,
    batch: id,
    exact: true,
    ending: { kind: 'exit', code: judgement.verdict === 'fail' ? 1 : 0 },
    usage: { wallUs: 3900, userUs: 900, systemUs: 800, maxRssKiB: 1800, voluntarySwitches: 9, involuntarySwitches: 0 },
    output: { file: `${id}.out`, total: 80, cutAt: null },
    excerpt: judgement.signature === null ? '' : case1135Output,
    stacks: null,
    kernelLog: null,
    core: null,
    judgement,
    ...event,
  };
  if (count === 1) return;
  yield {
    type: 'tally',
    t: 0,
    batch: id,
    class: id,
    runs: [[run + 1, run + count - 1]],
    count: count - 1,
    wall: { sumUs: 4000 * (count - 1), minUs: 3700, maxUs: 61_000 },
    histogram: [[47, count - 1]],
    eachUs: null,
  };
}
