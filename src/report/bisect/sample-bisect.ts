import type {
  BisectCheck,
  BisectCommit,
  BisectFinding,
  BisectHeader,
  BisectPlan,
  BisectRow,
  BisectSummary,
  ConfirmSummary,
  Unusable,
} from '../../model/bisect.ts';
import type { Rate } from '../../model/summary.ts';
import { rateInterval } from '../../stats/interval.ts';
import { liburing } from '../../suites/liburing.ts';
import { case1135, sampleMachine } from '../sample-summary.ts';

const subjects = [
  'test/wait-timeout: add test for the minimum timeout of a wait with a batch',
  'man/io_uring_enter.2: document IORING_ENTER_EXT_ARG',
  'test/msg-ring: let the threads meet at a barrier before the message is sent',
  'examples/proxy: fix SIGCHLD',
  'liburing: bump version to 2.7',
  'test/msg-ring: give the waiting thread a ring of its own',
  'github bot: add armhf',
  'test/fd-pass: don\'t use the "same" ring',
];

/** Commit number `index` of a history as the reports need it. */
export function sampleCommit(index: number): BisectCommit {
  const id = (2654435761 * (index + 1)) % 2 ** 32;
  const commit = id.toString(16).padStart(8, '0').repeat(5);
  return {
    commit,
    name: commit.slice(0, 8),
    subject: subjects[index % subjects.length] ?? '',
    author: 'Jens Axboe',
    authorDate: new Date(Date.UTC(2024, 3, 19 + index)).toISOString(),
  };
}

export function sampleBisectHeader(changes: Partial<BisectHeader> = {}): BisectHeader {
  const { signature } = case1135;
  if (signature === null) throw new Error('the sample failure has a signature');
  return {
    id: '251126-bisect-msg-ring-b7x2',
    started: '2025-11-26T12:00:00.000Z',
    version: '0.2.0',
    suite: 'liburing',
    suiteDefinition: liburing,
    test: 'msg-ring',
    args: [],
    tree: 'https://github.com/axboe/liburing',
    direction: 'fix',
    target: { verdict: 'fail', signature },
    old: revision(0),
    new: revision(63),
    ends: ['old is the revision of hunt 251123-msg-ring-k3f9', 'new is the tip of master'],
    firstParent: false,
    paths: [],
    confidence: 0.95,
    jobs: 2,
    limitMs: 60_000,
    seed: '9f86d081884c7d65',
    engine: 'local',
    machine: sampleMachine,
    commandLine: ['flakehunt', 'bisect', 'msg-ring.t', '--old', '1cbd4cff', '--fix', '--time', '30m'],
    ...changes,
  };
}

function revision(index: number): BisectHeader['old'] {
  const { commit, name, subject, authorDate } = sampleCommit(index);
  return { tree: 'https://github.com/axboe/liburing', commit, name, subject, date: authorDate, treeId: 'aa11' };
}

export const sampleScope = { commits: 63, distinctBuilds: 17, timeMs: 1_800_000 };

/** What was seen at some commits of a range of `count`; what is not named was not run. */
export function sampleRows(
  count: number,
  seen: Record<number, [failures: number, runs: number]>,
  mass: Record<number, number>,
  unusable: readonly number[] = [],
): BisectRow[] {
  return Array.from({ length: count }, (_, i) => ({
    commit: sampleCommit(i),
    build: i,
    mass: mass[i] ?? 0,
    state: seen[i] !== undefined ? 'seen' : unusable.includes(i) ? 'unusable' : 'unseen',
    rate: rateOf(seen[i]),
  }));
}

function rateOf(seen: [number, number] | undefined): Rate | null {
  return seen === undefined ? null : rateInterval(...seen);
}

export function sampleCheck(before: [number, [number, number]], after: [number, [number, number]]): BisectCheck {
  return {
    before: { commit: sampleCommit(before[0]), rate: rateInterval(...before[1]) },
    after: { commit: sampleCommit(after[0]), rate: rateInterval(...after[1]) },
    p: 2.14e-38,
    agrees: true,
    reproduce: { before: runAt(before[0]), after: runAt(after[0]) },
  };
}

function runAt(index: number): string {
  const rev = sampleCommit(index).commit.slice(0, 12);
  return `flakehunt run msg-ring --tree https://github.com/axboe/liburing --rev ${rev} --strategy chaos:pct:2:25`;
}

function found(verb: BisectFinding['verb'], at: number, check: BisectCheck | null, posterior = 0.9921): BisectFinding {
  const files = ['test/msg-ring.c', 'test/helpers.c', 'test/helpers.h'];
  return {
    verb,
    state: 'found',
    suspects: [{ commit: sampleCommit(at), files, mass: posterior }],
    posterior,
    check,
  };
}

export function sampleUnusable(...indices: number[]): Unusable[] {
  return indices.map((index, i) => ({
    commit: sampleCommit(index),
    kind: i % 3 === 2 ? 'run' : 'build',
    reason:
      i % 3 === 2
        ? 'io_uring_queue_init: Invalid argument'
        : "msg-ring.c:112:9: error: implicit declaration of function 'io_uring_prep_msg_ring_fd'",
    log: i % 3 === 2 ? null : `/cache/flakehunt/builds/logs/${index}.log`,
  }));
}

export function sampleBisect(changes: Partial<BisectSummary> = {}): BisectSummary {
  return {
    header: sampleBisectHeader(),
    rows: sampleRows(
      64,
      { 0: [168, 410], 32: [80, 190], 48: [0, 240], 40: [77, 200], 44: [0, 240], 42: [61, 160], 43: [0, 640] },
      { 43: 0.9921, 44: 0.0031, 41: 0.0008, 60: 0.0012 },
    ),
    distinctBuilds: 17,
    calibration: {
      condition: 'chaos:pct:2:25',
      rate: rateInterval(168, 410),
      base: rateInterval(3, 800),
      secondsPerRun: 0.0123,
    },
    nullMass: 0.0021,
    activity: null,
    findings: [found('fixed', 43, sampleCheck([42, [61, 160]], [43, [0, 400]]))],
    unusable: [],
    others: [{ title: 'cqe res -5 (EIO)', verdict: 'fail', count: 3, commits: 2 }],
    spent: { runs: 4120, builds: 7, cachedBuilds: 2, failedBuilds: 0, seconds: 193, buildSeconds: 41 },
    notes: [],
    outcome: 'decided',
    ...changes,
  };
}

const twoSteps = sampleBisect({
  rows: sampleRows(
    431,
    { 0: [168, 410], 210: [9, 300], 300: [0, 900], 120: [80, 200], 170: [7, 260], 150: [70, 180], 255: [0, 900] },
    { 254: 0.9999962, 255: 0.0000018 },
    [230, 231, 232],
  ),
  findings: [
    found('fixed', 254, null, 0.9999962),
    found('reduced', 162, sampleCheck([161, [80, 200]], [162, [7, 200]]), 0.973),
  ],
  unusable: sampleUnusable(230, 231, 232, 233, 234, 235, 236),
  notes: ['the failing side has two rates, so each step was searched by itself'],
});

const block = [40, 41, 42, 43, 44];

/** One of each way a bisect can end. */
export const bisects: Record<string, BisectSummary> = {
  'one fix': sampleBisect(),
  'one regression': sampleBisect({
    header: sampleBisectHeader({ direction: 'regression', firstParent: true, paths: ['test', 'src'] }),
    rows: sampleRows(12, { 0: [0, 300], 6: [0, 310], 7: [40, 100], 11: [41, 100] }, { 7: 0.993, 6: 0.0005 }),
    calibration: { condition: 'plain', rate: rateInterval(41, 100), base: null, secondsPerRun: 1.25 },
    findings: [
      {
        ...found('introduced', 7, { ...sampleCheck([6, [0, 300]], [7, [40, 100]]), agrees: false, p: 0.21 }),
        suspects: [
          {
            commit: sampleCommit(7),
            files: Array.from({ length: 9 }, (_, i) => `src/file-with-a-name-${i}.c`),
            mass: 0.993,
          },
        ],
      },
    ],
    others: [],
  }),
  'two steps': twoSteps,
  'a block that cannot be built': sampleBisect({
    rows: sampleRows(
      64,
      { 0: [168, 410], 32: [80, 190], 48: [0, 240], 39: [77, 200], 45: [0, 240] },
      { 40: 0.21, 41: 0.2, 42: 0.19, 43: 0.2, 44: 0.19, 45: 0.002 },
      [40, 41, 42, 43],
    ),
    findings: [
      {
        verb: 'fixed',
        state: 'undecided',
        suspects: block.map((i) => ({ commit: sampleCommit(i), files: ['test/msg-ring.c'], mass: 0.2 })),
        posterior: 0.973,
        check: null,
      },
    ],
    unusable: sampleUnusable(40, 41, 42, 43),
    outcome: 'undecided',
  }),
  'the budget ended first': sampleBisect({
    rows: sampleRows(
      64,
      { 0: [4, 410], 32: [1, 190] },
      Object.fromEntries(Array.from({ length: 31 }, (_, i) => [i + 33, 0.03])),
    ),
    findings: [],
    outcome: 'undecided',
    nullMass: 0.07,
  }),
  'not in this range': sampleBisect({
    rows: sampleRows(64, { 0: [16, 41], 32: [80, 190], 63: [77, 200] }, { 63: 0.004, 12: 0.003 }),
    findings: [],
    nullMass: 0.9871,
    outcome: 'no-change',
  }),
  'not reproduced': sampleBisect({
    rows: sampleRows(64, { 0: [0, 3200] }, {}),
    calibration: {
      condition: 'chaos:pct:2',
      rate: rateInterval(0, 3200),
      base: rateInterval(0, 800),
      secondsPerRun: 0.01,
    },
    findings: [],
    outcome: 'not-reproduced',
    others: [],
  }),
  'both ends fail': sampleBisect({
    rows: sampleRows(64, { 0: [168, 410], 63: [60, 200] }, {}),
    findings: [],
    outcome: 'both-fail',
  }),
  interrupted: sampleBisect({ findings: [], outcome: 'interrupted', nullMass: 0.03 }),
  'not over yet': sampleBisect({
    findings: [],
    outcome: null,
    activity: `running ${sampleCommit(43).commit.slice(0, 12)} 3 of 200`,
  }),
  'before the first run': sampleBisect({
    rows: sampleRows(64, {}, {}),
    findings: [],
    outcome: 'interrupted',
    calibration: null,
    others: [],
    spent: { runs: 0, builds: 0, cachedBuilds: 0, failedBuilds: 0, seconds: 0, buildSeconds: 0 },
  }),
  hostile: sampleBisect({
    header: sampleBisectHeader({
      suite: 'mine',
      test: 'größe',
      args: ["it's", '漢字'],
      tree: '/src/größe',
      target: {
        verdict: 'masked',
        signature: { id: 'dd', kind: 'masked', title: 'bad \u001b[2J\u202e 漢字漢字漢字 …', errnos: [], lines: [] },
      },
    }),
    findings: [
      {
        ...found('fixed', 43, null),
        suspects: [
          {
            commit: {
              ...sampleCommit(43),
              subject: 'größe 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字 \u001b[31mred\u001b[2J\u202e\0 …',
              author: 'Jürgen \u001b[31mRot',
            },
            files: ['größe.c'],
            mass: 0.9921,
          },
        ],
      },
    ],
    notes: ['größe \u0007'],
  }),
};

export function sampleConfirm(changes: Partial<ConfirmSummary> = {}): ConfirmSummary {
  const { reproduce } = sampleCheck([42, [61, 160]], [43, [0, 400]]);
  return {
    header: sampleBisectHeader({
      id: '251126-confirm-msg-ring-c4t9',
      commandLine: ['flakehunt', 'confirm', sampleCommit(43).commit.slice(0, 12), 'msg-ring.t', '--time', '10m'],
    }),
    condition: 'chaos:pct:2:25',
    before: { commit: sampleCommit(42), rate: rateInterval(12, 800) },
    after: { commit: sampleCommit(43), rate: rateInterval(0, 1534) },
    plan: { cleanRuns: cleanRunsFor(rateInterval(12, 800)), leastBefore: rateInterval(12, 800).low, mostRuns: 5000 },
    ratio: { observed: 0, low: 0, high: 0.13 },
    p: 4.4e-7,
    verdict: 'gone',
    others: [],
    spent: { runs: 2334, builds: 1, cachedBuilds: 1, failedBuilds: 0, seconds: 41, buildSeconds: 3.2 },
    interrupted: false,
    reproduce,
    ...changes,
  };
}

/** As ConfirmPlan says. */
function cleanRunsFor({ low }: Rate): number {
  return Math.ceil(Math.log(0.05) / Math.log1p(-low));
}

function after(failures: number, runs: number) {
  return { commit: sampleCommit(43), rate: rateInterval(failures, runs) };
}

/** One of each verdict. */
export const confirms: Record<string, ConfirmSummary> = {
  gone: sampleConfirm(),
  reduced: sampleConfirm({
    verdict: 'reduced',
    after: after(2, 1600),
    ratio: { observed: 0.083, low: 0.014, high: 0.31 },
    p: 0.0011,
  }),
  unchanged: sampleConfirm({
    verdict: 'unchanged',
    after: after(11, 800),
    ratio: { observed: 0.92, low: 0.41, high: 2.1 },
    p: 1,
  }),
  worse: sampleConfirm({
    verdict: 'worse',
    after: after(60, 800),
    ratio: { observed: 5, low: 2.8, high: 9.4 },
    p: 2.1e-9,
    others: [{ title: 'cqe res -5 (EIO)', verdict: 'fail', count: 1, commits: 1 }],
  }),
  'not reproduced': sampleConfirm({
    verdict: 'not-reproduced',
    before: { commit: sampleCommit(42), rate: rateInterval(0, 3000) },
    after: after(0, 3000),
    plan: { cleanRuns: null, leastBefore: null, mostRuns: 3000 },
    ratio: { observed: null, low: 0, high: null },
    p: 1,
  }),
  inconclusive: sampleConfirm({ verdict: 'inconclusive', after: after(0, 200), p: 0.14 }),
  interrupted: sampleConfirm({ verdict: 'inconclusive', interrupted: true, after: after(0, 100), p: null }),
};

export const samplePlan: BisectPlan = {
  header: sampleBisectHeader({
    commandLine: ['flakehunt', 'bisect', 'msg-ring.t', '--old', '1cbd4cff', '--fix', '--dry-run'],
  }),
  commits: 63,
  distinctBuilds: 17,
  testMissing: 12,
  expectedRuns: 1240,
  expectedBuilds: 6,
  expectedSeconds: 84,
  cachedBuilds: 3,
  assumptions: ['41 % of runs fail, as in hunt 251123-msg-ring-k3f9', 'a build takes 10 s, a run 12 ms'],
  frozen: 'chaos:pct:2:25',
};
