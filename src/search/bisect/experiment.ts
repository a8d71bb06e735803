import { Outlook, type Telling } from './outlook.ts';
import type { Posterior, SearchModel } from './posterior.ts';

/** One that may be made next: runs of a node until the first failure, or until so many are clean. */
export interface Experiment {
  node: number;
  runs: number;
  /** Bits that it is expected to tell. */
  bits: number;
  /** What it is expected to take. */
  seconds: number;
}

export interface Costs {
  /** Until the node can be run; 0 where it is built. */
  buildSeconds(node: number): number;
  runSeconds: number;
  startSeconds: number;
  /** Chance that the node turns out not to build. */
  failsToBuild(node: number): number;
}

/** Finds the experiment that tells most bits a second among those at some nodes; null: none tells anything. */
export type Choose = (candidates: readonly number[]) => Experiment | null;

/** Fewer bits than these are rounding. */
const leastBits = 1e-7;
/** A longer batch is taken for a shorter one if it is worth at least this part of it: each batch is a decision. */
const nearlyAsGood = 0.95;

/**
 * Chooses by information between the outcome, "failed" or "clean", and the place of the change, divided by the time that
 * the build and the runs up to the first failure are expected to take.
 */
export function chooser(model: SearchModel, posterior: Posterior, costs: Costs): Choose {
  const sizes = batchSizes(model, posterior);
  const outlook = new Outlook(model, posterior, sizes);
  return (candidates) => {
    let best: Experiment[] = [];
    for (const node of candidates) {
      const those = experimentsAt(node, sizes, outlook.at(node), costs);
      if (most(those) > most(best) * (1 + 1e-9)) best = those;
    }
    const enough = most(best) * nearlyAsGood;
    return best.findLast((one) => value(one) >= enough) ?? null;
  };
}

const value = ({ bits, seconds }: Experiment): number => bits / seconds;

function most(experiments: readonly Experiment[]): number {
  return experiments.reduce((best, one) => Math.max(best, value(one)), 0);
}

/** From a part of the runs that bring a failure at the failing end, up to what makes one there all but certain. */
function batchSizes({ levels }: SearchModel, { givenNone }: Posterior): number[] {
  const { high } = givenNone.reductions[0];
  const sizes: number[] = [];
  for (let runs = 1; runs < 1e7; runs *= 2) {
    if (4 * runs * high.failures > high.runs) sizes.push(runs);
    if ((levels.clean('high', high, [runs])[0] ?? 0) < 1e-3) break;
  }
  return sizes;
}

function experimentsAt(node: number, sizes: readonly number[], { bits, chance }: Telling, costs: Costs): Experiment[] {
  const buildSeconds = costs.buildSeconds(node);
  const certain = buildSeconds > 0 ? 1 - costs.failsToBuild(node) : 1;
  const experiments: Experiment[] = [];
  let seconds = buildSeconds + costs.startSeconds;
  let before = { runs: 0, clean: 1 };
  for (const [k, runs] of sizes.entries()) {
    const clean = chance[k] ?? 0;
    // Between two sizes the chance that no failure has ended the runs falls from one value to the other.
    seconds += ((runs - before.runs) * costs.runSeconds * (before.clean + clean)) / 2;
    before = { runs, clean };
    const told = (bits[k] ?? 0) * certain;
    if (told > leastBits) experiments.push({ node, runs, bits: told, seconds: Math.max(seconds, 1e-9) });
  }
  return experiments;
}
