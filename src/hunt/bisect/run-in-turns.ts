import type { BisectPhase, Seen } from '../../model/bisect.ts';
import type { BisectSession } from './bisect-session.ts';

/** One of two sides: where it is run, and how often. */
export interface Side {
  node: number;
  runs: number;
}

/** How often the two sides take turns: what drifts on the machine then hits both. */
const turns = 4;

/** Fresh runs of two revisions in turns; null when the time was over before the last, or one could not be run. */
export async function runInTurns(
  session: BisectSession,
  sides: readonly [Side, Side],
  { condition, phase }: { condition: string; phase: BisectPhase },
): Promise<[Seen, Seen] | null> {
  const seen: [Seen, Seen] = [
    { failures: 0, runs: 0 },
    { failures: 0, runs: 0 },
  ];
  for (let turn = 0; turn < turns; turn++) {
    for (const at of [0, 1] as const) {
      if (session.isOver) return null;
      const { node, runs } = sides[at];
      const share = Math.ceil((runs * (turn + 1)) / turns) - Math.ceil((runs * turn) / turns);
      if (share === 0) continue;
      const event = await session.experiment({ node, runs: share, condition, phase, untilFailure: false });
      if (event === null) return null;
      seen[at] = {
        failures: seen[at].failures + event.seen.failures,
        runs: seen[at].runs + event.seen.runs,
      };
    }
  }
  return seen;
}
