import type { Seen } from '../../model/bisect.ts';
import type { Condition } from '../../model/condition.ts';
import { parseCondition } from '../../perturb/condition-text.ts';
import { readHunt } from '../../store/read-hunt.ts';
import type { Target } from '../target.ts';
import { type ArmEvidence, huntEvidence, pooledEvidence } from './hunt-evidence.ts';
import { type HuntPlace, huntRevision, type RunPlan } from './revision-hunt.ts';

export interface CalibrationWish {
  /** What is tried, the base one first. */
  conditions: Condition[];
  strategy: string;
  timeMs: number;
  /** 16 hex digits. */
  seed: string;
  /** What earlier hunts of the revision say. */
  known: ArmEvidence[];
}

export interface Calibration {
  /** Frozen for all revisions: canonical text with everything filled in. */
  condition: string;
  secondsPerRun: number;
  rate: Seen;
  /** Under plain; null where it was not tried. */
  base: Seen | null;
  /** All that is known of the revision. */
  evidence: ArmEvidence[];
}

/** not-reproduced: never, in so many runs under so many conditions. */
export type CalibrationResult =
  | ({ kind: 'calibrated' } & Calibration)
  | { kind: 'not-reproduced' | 'interrupted'; evidence: ArmEvidence[] };

/** No process is made and reaped in less. What is not known of a run's length never makes it nothing. */
const shortestRunSeconds = 2e-5;
/** Failures by which a condition is chosen, and by which its rate is known well enough to begin. */
const enough = { toChoose: 3, toBegin: 10 };
/** Failures of the hunt that chooses, of all conditions together. */
const huntedFailures = 40;
/** A condition that provokes less than so many times as many failures a second is not worth its side effects. */
const worthwhile = 2;

/**
 * Finds the condition with the most failures of the target a second at the failing end: from what is known, else by a
 * hunt; then makes sure that its rate is known.
 */
export async function calibrate(
  target: Target,
  { conditions, strategy, timeMs, seed, known }: CalibrationWish,
  plan: RunPlan,
  place: HuntPlace,
): Promise<CalibrationResult> {
  const ends = performance.now() + timeMs;
  const left = () => ends - performance.now();
  let evidence = [...known];
  const hunt = async (tried: Condition[], named: string, failures: number): Promise<boolean> => {
    const stop = { loops: null, failures, timeMs: Math.max(1000, Math.ceil(left())), untilRate: null };
    const made = await huntRevision(target, { conditions: tried, strategy: named, stop, seed }, plan, place);
    const dir = `${place.paths.state}/hunts/${made.hunt}`;
    evidence = [...evidence, ...(await huntEvidence(readHunt(dir), plan.target, plan.same))];
    return !made.interrupted;
  };
  // What was asked for by name need not be worth it.
  const named = strategy !== 'auto' && strategy !== 'plain';
  while (choose(evidence, named) === null && left() > 0) {
    if (!(await hunt(conditions, strategy, huntedFailures))) return { kind: 'interrupted', evidence };
  }
  let best = choose(evidence, named) ?? mostFailures(evidence);
  if (best === null) return { kind: 'not-reproduced', evidence };
  const { condition } = best;
  const failures = () => armOf(evidence, condition)?.counts.seen.failures ?? 0;
  while (failures() < enough.toBegin && left() > 0) {
    const frozen = [parseCondition(condition)];
    if (!(await hunt(frozen, condition, enough.toBegin - failures()))) return { kind: 'interrupted', evidence };
  }
  best = armOf(evidence, condition) ?? best;
  return {
    kind: 'calibrated',
    condition,
    secondsPerRun: Math.max(shortestRunSeconds, best.seconds / Math.max(1, best.counts.runs)),
    rate: best.counts.seen,
    base: armOf(evidence, 'plain')?.counts.seen ?? null,
    evidence,
  };
}

/** Null while none has failed often enough. */
function choose(evidence: readonly ArmEvidence[], named: boolean): ArmEvidence | null {
  const arms = pooledEvidence(evidence)
    .filter(({ counts }) => counts.seen.failures >= enough.toChoose)
    .filter(({ condition }) => !named || condition !== 'plain');
  const best = arms.toSorted((a, b) => speed(b) - speed(a))[0] ?? null;
  const plain = arms.find(({ condition }) => condition === 'plain');
  if (best === null || plain === undefined) return best;
  return speed(best) < worthwhile * speed(plain) ? plain : best;
}

function mostFailures(evidence: readonly ArmEvidence[]): ArmEvidence | null {
  const arms = pooledEvidence(evidence).filter(({ counts }) => counts.seen.failures > 0);
  return arms.toSorted((a, b) => b.counts.seen.failures - a.counts.seen.failures)[0] ?? null;
}

function armOf(evidence: readonly ArmEvidence[], condition: string): ArmEvidence | undefined {
  return pooledEvidence(evidence).find((arm) => arm.condition === condition);
}

function speed({ counts, seconds }: ArmEvidence): number {
  return counts.seen.failures / Math.max(seconds, 1e-3);
}
