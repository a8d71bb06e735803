import { gainText } from '../../report/quantities.ts';
import { areTwoRates, likelyAlike, runsToCompare } from '../../search/bisect/equal-rates.ts';
import { proportionRatio } from '../../stats/proportion-ratio.ts';
import type { BisectSession } from './bisect-session.ts';
import { runInTurns } from './run-in-turns.ts';

/** Seconds that the comparison may take in any case; else as long as all until then. */
const patienceSeconds = 60;

/**
 * Whether it is settled that nothing changed: asked before each experiment, it compares the ends once, as soon as the one
 * that should not fail did and the search takes "nothing changed" for likely, but not for sure enough.
 */
export function endsComparison(session: BisectSession): () => Promise<boolean> {
  const { confidence } = session.setup.knowledge.header;
  let isMade = false;
  return async () => {
    if (isMade || session.isOver || !session.cleanEndFails) return false;
    const { noChange } = session.bisector();
    if (noChange < likelyAlike || noChange >= confidence) return false;
    isMade = true;
    return await areEndsAlike(session);
  };
}

/** Runs both ends in turns, and tells what came of it: true where no two rates are shown. */
async function areEndsAlike(session: BisectSession): Promise<boolean> {
  const { knowledge } = session.setup;
  const { condition } = session;
  const { runSeconds, spentSeconds = 0 } = knowledge.costs;
  const nodes = [0, knowledge.entries.length - 1] as const;
  const [old, young] = [knowledge.seenAt(nodes[0], condition), knowledge.seenAt(nodes[1], condition)];
  const seconds = Math.min(Math.max(patienceSeconds, spentSeconds), session.leftMs() / 1000);
  const pooled = { failures: old.failures + young.failures, runs: old.runs + young.runs };
  const runs = runsToCompare(pooled, seconds / runSeconds / 2);
  session.doing(`comparing both ends, ${runs} runs each`);
  const how = { condition, phase: 'verify' } as const;
  const seen = await runInTurns(
    session,
    [
      { node: nodes[0], runs },
      { node: nodes[1], runs },
    ],
    how,
  );
  if (seen === null) return false;
  const [before, after] = seen;
  const isTwo = areTwoRates(before, after, knowledge.header.confidence);
  session.note(
    `both ends fail, so ${runs} fresh runs of each were made in turns: old ${before.failures}, new ${after.failures} failed, ${isTwo ? 'not alike' : 'alike'}; rate new over old ${gainText(proportionRatio(after, before))}, 95 %`,
  );
  return !isTwo;
}
