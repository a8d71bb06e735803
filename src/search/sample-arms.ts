import { mixSeed, seededUniform, type Uniform } from '../stats/random.ts';
import { type Arm, nextStep, type TunerRules } from './tuner.ts';

/** An arm whose truth is known. */
export interface SampleArm extends Arm {
  name: string;
  /** Part of its runs that fail. */
  rate: number;
  runsPerSecond: number;
}

export const autoRules: TunerRules = { baseShare: 0.15, baseCompetes: true };

/**
 * Failures of runs in percent, and per second, as measured on one machine for four kinds of bug: a child that must not
 * look before its parent has submitted; one that starves; check-then-act with a system call inside; three events in
 * order. A single number: runs per second of an arm that never failed.
 */
type Cell = [percent: number, perSecond: number] | number;
const measured: Record<string, [order: Cell, starvation: Cell, check: Cell, three: Cell]> = {
  plain: [[0.3, 3.8], [0.4, 1.3], 1200, 1200],
  note: [[19, 32], [10, 24], 200, [0.8, 1.3]],
  handoff: [[65, 260], 300, [0.2, 1.3], [3.3, 18.7]],
  'pct:1': [[50, 367], 300, 700, 700],
  'pct:2': [[49, 374], 300, [2, 10.8], [2.3, 15.8]],
  'pct:3': [[54, 405], 300, [3.3, 21.7], [2.6, 15.8]],
  spawn: [
    [39, 110],
    [10, 19],
    [2.7, 7.5],
    [1.4, 2.5],
  ],
  'delays:1': [
    [52, 84],
    [5.7, 8.7],
    [0.6, 1.2],
    [2.6, 6.2],
  ],
  'delays:8': [[68, 33], [11, 5], [2.9, 1.3], 50],
  shuffle: [[0.3, 3.8], 300, 1200, 1200],
  'victim, from its start': [[34, 65], [33, 50], [2.2, 3.7], 170],
  victim: [[71, 25], [9, 4], 40, 40],
  'noise cpu': [100, [38, 32], 100, 100],
  'noise switch': [[41, 242], 500, 500, 500],
  quota: [[1.4, 10], [6.7, 11], 160, 160],
};

export const sampleBugs = ['order', 'starvation', 'check-then-act', 'three events'] as const;

/** The arms as they would do on one of the bugs. */
export function measuredArms(bug: (typeof sampleBugs)[number]): SampleArm[] {
  return Object.entries(measured).map(([name, cells]) => {
    const cell = cells[sampleBugs.indexOf(bug)] ?? 0;
    if (typeof cell === 'number') return sampleArm(name, 0, cell);
    return sampleArm(name, cell[0] / 100, (100 * cell[1]) / cell[0]);
  });
}

export function sampleArm(name: string, rate: number, runsPerSecond: number): SampleArm {
  const covers = name.startsWith('pct') ? 'order' : name.startsWith('victim') ? 'starvation' : null;
  const startsSlowly = name.startsWith('noise');
  return { name, rate, runsPerSecond, failures: 0, runs: 0, seconds: 0, jobs: 1, covers, startsSlowly };
}

/** Lets the tuner spend `seconds` (or until `failures`) on the arms; returns them with their sums. */
export function playTuner(
  arms: readonly SampleArm[],
  seed: string,
  { seconds, failures = Number.POSITIVE_INFINITY }: { seconds: number; failures?: number },
  rules = autoRules,
): SampleArm[] {
  const played = arms.map((arm) => ({ ...arm }));
  const world = seededUniform(mixSeed(seed, 0));
  let [time, found] = [0, 0];
  for (let decision = 1; time < seconds && found < failures; decision++) {
    const step = nextStep(played, rules, seededUniform(mixSeed(seed, decision)));
    const arm = played[step.arm];
    if (arm === undefined) throw new RangeError('the tuner chose an arm that is not there');
    const wanted = Math.max(1, Math.round(Math.min(step.ms / 1000, seconds - time) * arm.runsPerSecond));
    const batch = playBatch(arm.rate, wanted, failures - found, world);
    arm.runs += batch.runs;
    arm.failures += batch.failures;
    arm.seconds += batch.runs / arm.runsPerSecond;
    time += batch.runs / arm.runsPerSecond;
    found += batch.failures;
  }
  return played;
}

/** Draws the gaps between failures, not the runs. */
function playBatch(rate: number, wanted: number, mostFailures: number, world: Uniform) {
  let [runs, failures] = [0, 0];
  while (failures < mostFailures) {
    const gap = rate === 0 ? Number.POSITIVE_INFINITY : Math.ceil(Math.log(world()) / Math.log1p(-rate));
    if (runs + gap > wanted) return { runs: wanted, failures };
    runs += gap;
    failures++;
  }
  return { runs, failures };
}
