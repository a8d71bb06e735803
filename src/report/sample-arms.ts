import type { EffectRecord } from '../model/engine.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { Judgement } from '../model/verdict.ts';
import { case1135, pass, type SampleRuns, sampleSummary } from './sample-summary.ts';

/** The conditions of the default strategy. */
export const autoConditions = [
  'plain',
  'chaos:note',
  'chaos:handoff',
  'chaos:pct:1',
  'chaos:pct:2',
  'chaos:pct:3',
  'chaos:spawn',
  'chaos:victim',
  'chaos:delays:1',
  'chaos:delays:2',
  'chaos:shuffle',
  'chaos:slack:5',
  'noise:switch:2,yield:2',
  'noise:cpu:4',
];

/** What a run with three threads gives the intercepting arms to do. */
const usual: Partial<EffectRecord> = {
  threads: 3,
  events: 41.2,
  concurrent: 24.6,
  voluntarySwitches: 88,
  involuntarySwitches: 2.5,
  sampled: 1 / 16,
  migrations: 0.2,
  horizon: 25,
};

/** What each arm does to such a run, and how long that takes, in microseconds. */
const effects: Record<string, { us: number; effect: Partial<EffectRecord> }> = {
  plain: { us: 3800, effect: { voluntarySwitches: 21, involuntarySwitches: 0.4, sampled: 1 / 16, migrations: 0.3 } },
  'chaos:note': { us: 5200, effect: usual },
  'chaos:handoff': { us: 6100, effect: { ...usual, held: 38, heldUs: 420 } },
  'chaos:pct:1': { us: 6600, effect: { ...usual, held: 40.1, heldUs: 1130, releases: 39.8 } },
  'chaos:pct:2': { us: 6700, effect: { ...usual, held: 40.3, heldUs: 1150, releases: 40, points: 0.97 } },
  'chaos:pct:3': { us: 6900, effect: { ...usual, held: 40.3, heldUs: 1150, releases: 40, points: 1.9 } },
  'chaos:spawn': { us: 7400, effect: { ...usual, held: 2, heldUs: 1400 } },
  'chaos:victim': { us: 9100, effect: { ...usual, held: 1.1, heldUs: 5300, cancelled: 0.9 } },
  'chaos:delays:1': { us: 6300, effect: { ...usual, held: 0.9, heldUs: 800 } },
  'chaos:delays:2': { us: 6900, effect: { ...usual, held: 1.8, heldUs: 1500 } },
  'chaos:shuffle': { us: 5200, effect: { ...usual, threads: 0, events: 0, concurrent: 0 } },
  'chaos:slack:5': { us: 3900, effect: { voluntarySwitches: 21, sampled: 0 } },
  'noise:switch:2,yield:2': { us: 9400, effect: { voluntarySwitches: 44, involuntarySwitches: 9, sampled: 0 } },
  'noise:cpu:4': { us: 21_000, effect: { voluntarySwitches: 25, involuntarySwitches: 31, sampled: 0 } },
};

/** Runs under one condition of the default strategy, the failing ones last. */
export function armRuns(
  condition: string,
  runs: number,
  failures: number,
  judgement: Judgement = case1135,
  jobs = 1,
): SampleRuns[] {
  const { us, effect } = effects[condition] ?? { us: 4000, effect: {} };
  const learnt = condition.startsWith('chaos:') ? { horizon: 25, spanUs: 3800 } : undefined;
  const common = { stratum: { condition, jobs }, us, effect, ...(learnt === undefined ? {} : { learnt }) };
  const groups = [
    { ...common, count: runs - failures, judgement: pass },
    { ...common, count: failures, judgement },
  ];
  return groups.filter(({ count }) => count > 0);
}

export const autoHeader: Partial<HuntHeader> = {
  conditions: autoConditions,
  strategy: 'auto',
  stop: { loops: null, timeMs: 20_000, failures: null, untilRate: null },
  commandLine: ['flakehunt', 'run', 'msg-ring.t', '--time', '20s'],
};

const hang: Judgement = {
  ...pass,
  verdict: 'hang',
  signature: { id: 'bb', kind: 'hang', title: 'time limit: io_cqring_wait', errnos: [], lines: [] },
};

/** Hunts of several conditions. */
export const armHunts = {
  'an order bug': sampleSummary(
    [
      ...armRuns('plain', 1202, 3),
      ...armRuns('chaos:note', 80, 1),
      ...armRuns('chaos:handoff', 104, 41),
      ...armRuns('chaos:pct:1', 90, 44),
      ...armRuns('chaos:pct:2', 1512, 770),
      ...armRuns('chaos:pct:3', 100, 48),
      ...armRuns('chaos:spawn', 96, 20),
      ...armRuns('chaos:victim', 60, 0),
      ...armRuns('chaos:delays:1', 60, 12),
      ...armRuns('chaos:delays:2', 60, 14),
      ...armRuns('chaos:shuffle', 60, 0),
      ...armRuns('chaos:slack:5', 60, 0),
      ...armRuns('noise:switch:2,yield:2', 40, 3),
      ...armRuns('noise:cpu:4', 12, 0),
    ],
    autoHeader,
    { reason: 'time' },
  ),
  'only when provoked': sampleSummary(
    [...armRuns('plain', 1202, 0), ...armRuns('chaos:pct:2', 512, 12), ...armRuns('chaos:victim', 200, 0)],
    { ...autoHeader, conditions: ['plain', 'chaos:pct:2', 'chaos:victim', 'noise:cpu:4'] },
    { reason: 'time' },
  ),
  'two failures': sampleSummary(
    [
      ...armRuns('plain', 1202, 3),
      ...armRuns('chaos:pct:2', 512, 230),
      ...armRuns('chaos:victim', 300, 0),
      ...armRuns('chaos:victim', 9, 9, hang),
      ...armRuns('chaos:spawn', 100, 2, hang),
    ],
    autoHeader,
    { reason: 'time' },
  ),
  'nothing found': sampleSummary(
    [
      ...armRuns('plain', 1202, 0),
      ...armRuns('chaos:pct:1', 402, 0),
      ...armRuns('chaos:pct:2', 1200, 0),
      ...armRuns('chaos:pct:3', 400, 0),
      ...armRuns('chaos:victim', 200, 0),
      ...armRuns('chaos:shuffle', 60, 0),
    ],
    autoHeader,
    { reason: 'time' },
  ),
  'no chaos here': sampleSummary(
    [
      ...armRuns('plain', 3000, 7),
      {
        count: 0,
        judgement: pass,
        stratum: { condition: 'chaos:note', jobs: 1 },
        refused: 'seccomp is refused (EACCES)',
      },
      ...armRuns('noise:switch:2,yield:2', 400, 9),
    ],
    autoHeader,
    { reason: 'time' },
  ),
  'nothing gained': sampleSummary([...armRuns('plain', 1000, 300), ...armRuns('chaos:slack:5', 500, 140)], {
    conditions: ['plain', 'chaos:slack:5'],
    strategy: 'chaos:slack:5',
  }),
  'several workers': sampleSummary(
    [
      ...armRuns('plain', 300, 0, case1135, 1),
      ...armRuns('plain', 600, 1, case1135, 2),
      ...armRuns('plain', 2000, 5, case1135, 4),
      ...armRuns('chaos:pct:1', 800, 300, case1135, 4),
    ],
    { conditions: ['plain', 'chaos:pct:1'], strategy: 'chaos:pct:1', jobs: 'auto' },
  ),
};
