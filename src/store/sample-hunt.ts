import type { ClassEvent, HuntEvent } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { Judgement } from '../model/verdict.ts';
import { command } from '../suites/command.ts';

/** A header for tests, with the parts that matter to a test replaced. */
export function sampleHeader(changes: Partial<HuntHeader> = {}): HuntHeader {
  return {
    id: '251123-msg-ring-k3f9',
    started: '2025-11-23T12:00:00.000Z',
    version: '0.1.0',
    suite: 'liburing',
    test: 'msg-ring',
    argv: ['/cache/tree/test/msg-ring.t'],
    cwd: { kind: 'scratch' },
    revision: {
      tree: 'liburing',
      commit: '1cbd4cffa881772d54d7d1a98755101253a66d0a',
      name: '1cbd4cff',
      subject: 'test: something',
      date: '2024-04-19T10:00:00Z',
      treeId: 'aa11',
    },
    build: null,
    engine: 'fake',
    conditions: ['plain'],
    jobs: 1,
    stop: { loops: 100, timeMs: null, failures: null, untilRate: null },
    seed: '00000000000000aa',
    limitMs: 60_000,
    masked: 'report',
    machine: {
      hostname: 'host',
      kernel: '6.18.0',
      arch: 'x86_64',
      distribution: 'Debian GNU/Linux 12',
      cpuModel: 'CPU',
      cpusOnline: 2,
      cpusAllowed: [0, 1],
      memoryMiB: 4096,
      virtualization: null,
      governor: null,
      loadAverage: [0, 0, 0],
      ioUringDisabled: 0,
      ioUring: 'ok',
      memlockKiB: null,
      corePattern: 'core',
      uid: 0,
      nodeVersion: 'v20.19.0',
    },
    commandLine: ['run', 'msg-ring.t'],
    suiteDefinition: command,
    ...changes,
  };
}

/** A session without stop rules. */
export function sampleSession(firstRun: number): HuntEvent {
  const stop = { loops: null, timeMs: null, failures: null, untilRate: null };
  return { type: 'session', t: 0, firstRun, supervisor: 'x', stop };
}

/** Exit 0 and a pass, with the parts that matter to a test replaced. */
export function sampleClass(changes: Partial<ClassEvent> = {}): ClassEvent {
  return {
    type: 'class',
    t: 10,
    class: 0,
    run: 1,
    batch: 0,
    exact: true,
    ending: { kind: 'exit', code: 0 },
    usage: { wallUs: 4000, userUs: 10, systemUs: 10, maxRssKiB: 1000, voluntarySwitches: 1, involuntarySwitches: 0 },
    output: { file: null, total: 0, cutAt: null },
    excerpt: '',
    stacks: null,
    kernelLog: null,
    core: null,
    judgement: { verdict: 'pass', signature: null, known: null, reason: null },
    ...changes,
  };
}

/** The judgement of case 1135. */
export function sampleFailure(): Judgement {
  return {
    verdict: 'fail',
    signature: {
      id: '0123456789ab',
      kind: 'exit',
      title: 'wait cqe -17 (EEXIST) > test_disabled_ring failed',
      errnos: [{ value: -17, name: 'EEXIST', text: 'File exists' }],
      lines: ['wait cqe -17', 'test_disabled_ring failed'],
    },
    known: null,
    reason: null,
  };
}

/** Runs of a class beyond its first. */
export function sampleTally(
  classId: number,
  runs: [number, number][],
  eachUs: number[] | null = null,
): Extract<HuntEvent, { type: 'tally' }> {
  const count = runs.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const wall = { sumUs: 4000 * count, minUs: 4000, maxUs: 4000 };
  return { type: 'tally', t: 20, batch: 0, class: classId, runs, count, wall, histogram: [[47, count]], eachUs };
}
