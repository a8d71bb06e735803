import type { Seen } from '../../model/bisect.ts';
import type { Uniform } from '../../stats/random.ts';
import type { Bisector, BisectStep } from './bisector.ts';

/** A history whose truth is known. */
export interface World {
  /** Failing rate of a node. */
  rate(node: number): number;
  /** Default: every node can be built. */
  isBuildable?(node: number): boolean;
  buildSeconds: number;
  runSeconds: number;
  startSeconds: number;
  /** Built beforehand. */
  built: readonly number[];
}

export interface Rehearsal {
  /** Null: it did not come to an end. */
  stop: Extract<BisectStep, { kind: 'stop' }> | null;
  runs: number;
  builds: number;
  /** Among the builds. */
  failedBuilds: number;
  seconds: number;
}

const mostSteps = 5000;

/**
 * Has a search run its course in a world that is made up.
 * @param onStep told each step and what was seen; null where the node could not be built
 */
export function rehearse(
  bisector: Bisector,
  world: World,
  uniform: Uniform,
  onStep?: (step: BisectStep, seen: Seen | null) => void,
): Rehearsal {
  const { buildSeconds, runSeconds, startSeconds, isBuildable } = world;
  const built = new Set(world.built);
  const spent = { runs: 0, builds: 0, failedBuilds: 0, seconds: 0 };
  for (let count = 0; count < mostSteps; count++) {
    const costs = { buildSeconds: (node: number) => (built.has(node) ? 0 : buildSeconds), runSeconds, startSeconds };
    const step = bisector.next({ ...costs, spentSeconds: spent.seconds });
    if (step.kind === 'stop') {
      onStep?.(step, null);
      return { stop: step, ...spent };
    }
    if (!built.has(step.node)) {
      spent.builds++;
      spent.seconds += buildSeconds;
      if (isBuildable?.(step.node) === false) {
        spent.failedBuilds++;
        bisector.giveUp(step.node);
        onStep?.(step, null);
        continue;
      }
      built.add(step.node);
    }
    const first = firstFailure(world.rate(step.node), uniform);
    const seen = first <= step.runs ? { failures: 1, runs: first } : { failures: 0, runs: step.runs };
    bisector.record(step.node, seen);
    spent.runs += seen.runs;
    spent.seconds += startSeconds + seen.runs * runSeconds;
    onStep?.(step, seen);
  }
  return { stop: null, ...spent };
}

/** Number of the first run that fails: geometric. */
function firstFailure(rate: number, uniform: Uniform): number {
  if (rate >= 1) return 1;
  return rate <= 0 ? Number.POSITIVE_INFINITY : 1 + Math.floor(Math.log(uniform()) / Math.log1p(-rate));
}
