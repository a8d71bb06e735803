import type { SearchRange } from '../../model/bisect.ts';
import { mixSeed, seededUniform } from '../../stats/random.ts';
import { Bisector, type BisectorOptions } from './bisector.ts';
import { type Rehearsal, rehearse, type World } from './rehearsal.ts';
import { isAncestor } from './sample-ranges.ts';

/** What is true in a search that is tried out, and what is known of it beforehand. */
export interface Trial {
  range: SearchRange;
  /** Null: nothing changes. */
  change: number | null;
  fails?: 'old' | 'new';
  /** On the failing side, and on the other. */
  rate: number;
  background?: number;
  /** Of the failing side's rate at a node. */
  factor?: (node: number) => number;
  confidence?: number;
  buildSeconds?: number;
  runSeconds?: number;
  isBuildable?: (node: number) => boolean;
  /** Failures at the failing end before the search begins. */
  calibration?: number;
  seed: number;
  onStep?: Parameters<typeof rehearse>[3];
}

/** Calibrates at the failing end, then searches. */
export function tryOut(trial: Trial): Rehearsal & { bisector: Bisector; calibrationRuns: number } {
  const { range, fails = 'old', rate, seed, confidence = 0.95, calibration = 3 } = trial;
  const uniform = seededUniform(mixSeed('0', seed));
  const end = fails === 'old' ? 0 : range.builds.length - 1;
  const options: BisectorOptions = { fails, confidence };
  const bisector = new Bisector(range, options);
  let runs = 0;
  for (let i = 0; i < calibration; i++) {
    runs += rate >= 1 ? 1 : 1 + Math.floor(Math.log(uniform()) / Math.log1p(-rate));
  }
  bisector.record(end, { failures: calibration, runs });
  const rehearsal = rehearse(bisector, worldOf(trial, end), uniform, trial.onStep);
  return { ...rehearsal, bisector, calibrationRuns: runs };
}

function worldOf(trial: Trial, end: number): World {
  const { range, change, fails = 'old', rate, background = 0, factor = () => 1 } = trial;
  const isFailing = (node: number) => change === null || isAncestor(range, change, node) === (fails === 'new');
  return {
    rate: (node) => (isFailing(node) ? Math.min(1, rate * factor(node)) : background),
    isBuildable: trial.isBuildable ?? (() => true),
    buildSeconds: trial.buildSeconds ?? 10,
    runSeconds: trial.runSeconds ?? 0.01,
    startSeconds: 0.1,
    built: [end],
  };
}
