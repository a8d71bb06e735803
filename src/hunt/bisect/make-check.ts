import type { BisectCheck, BisectCommit, Seen } from '../../model/bisect.ts';
import { runCommand } from '../../report/run-command.ts';
import { planCheck } from '../../search/bisect/check-plan.ts';
import type { ChangeKind } from '../../search/bisect/levels.ts';
import { fisherExact } from '../../stats/fisher.ts';
import { rateInterval } from '../../stats/interval.ts';
import type { BisectSession } from './bisect-session.ts';
import { runInTurns } from './run-in-turns.ts';

/** Part of the doubt that the confidence leaves. */
const levelShare = 0.1;
/** Seconds that a check may take in any case, as a part of what was spent until then, and of what is left. */
const patience = { seconds: 60, share: 0.5, ofTheRest: 0.8 };
/** Until a run is known to take longer. */
const leastRunSeconds = 1e-4;

/**
 * Fresh, interleaved runs of a commit and of the nearest one before it that is built otherwise. As many as an exact test
 * needs and the time allows, fixed before they begin; null when the time is over before, or there is nothing to compare with.
 */
export async function makeCheck(
  session: BisectSession,
  change: number,
  kind: ChangeKind,
  condition: string,
): Promise<BisectCheck | null> {
  const { knowledge } = session.setup;
  const before = nodeBefore(session, change);
  if (before === null) return null;
  const { header, costs } = knowledge;
  const isFix = header.direction === 'fix';
  const [bad, good] = isFix ? [before, change] : [change, before];
  const wantedLevel = Number(((1 - header.confidence) * levelShare).toPrecision(6));
  const spent = Math.max(patience.seconds, patience.share * (costs.spentSeconds ?? 0));
  const plan = planCheck({
    failing: pooledWith(session, knowledge.seenAt(bad, condition), condition),
    clean: knowledge.seenAt(good, condition),
    change: kind,
    level: wantedLevel,
    seconds: { failing: secondsPerRun(session, bad, condition), clean: secondsPerRun(session, good, condition) },
    budgetSeconds: Math.min(spent, (patience.ofTheRest * session.leftMs()) / 1000),
  });
  const [old, young] = isFix ? [plan.failingRuns, plan.cleanRuns] : [plan.cleanRuns, plan.failingRuns];
  const much = old === young ? `${old} runs each` : `${young} and ${old} runs`;
  session.doing(`checking ${session.nameOf(change)} against ${session.nameOf(before)}, ${much}`);
  const sides = [
    { node: before, runs: old },
    { node: change, runs: young },
  ] as const;
  const made = await runInTurns(session, sides, { condition, phase: 'verify' });
  if (made === null) return null;
  const seen = { before: made[0], after: made[1] };
  const { p } = fisherExact(seen.before, seen.after);
  const [failing, clean] = isFix ? [seen.before, seen.after] : [seen.after, seen.before];
  const isRight = failing.failures * clean.runs > clean.failures * failing.runs;
  const commit = (node: number) => commitOf(session, node);
  const again = (node: number, runs: number) => runCommand(header, commit(node).commit, condition, runs);
  const side = (node: number, own: Seen) => ({ commit: commit(node), rate: rateInterval(own.failures, own.runs) });
  return {
    before: side(before, seen.before),
    after: side(change, seen.after),
    p,
    level: plan.level,
    wantedLevel,
    agrees: p < plan.level && isRight,
    reproduce: { before: again(before, old), after: again(change, young) },
  };
}

/** What is known of the failing side: of one revision alone it may be little. */
function pooledWith({ setup }: BisectSession, own: Seen, condition: string): Seen {
  if (own.failures >= 3) return own;
  const { knowledge } = setup;
  const end = knowledge.header.direction === 'fix' ? 0 : knowledge.entries.length - 1;
  const there = knowledge.seenAt(end, condition);
  return there.failures > 0 ? there : { failures: 1, runs: Math.max(2, own.runs) };
}

/** Of a revision whose runs may hang, and of one whose runs do not: they are far apart. */
function secondsPerRun({ setup }: BisectSession, node: number, condition: string): number {
  const { knowledge } = setup;
  return Math.max(leastRunSeconds, knowledge.runSecondsAt(node, condition) ?? knowledge.costs.runSeconds);
}

/** The first parent of a commit, or what is built like it: where runs can be made. Null: none. */
export function nodeBefore({ setup }: BisectSession, change: number): number | null {
  const { knowledge } = setup;
  const { parents, builds } = knowledge.range;
  const usable = (parents[change] ?? []).filter((node) => knowledge.isUsable(node) && builds[node] !== builds[change]);
  return usable[0] ?? null;
}

function commitOf({ setup }: BisectSession, node: number): BisectCommit {
  const entry = setup.knowledge.entries[node];
  if (entry === undefined) throw new Error(`no node ${node} in the range`);
  const { commit, name, subject, author, authorDate } = entry;
  return { commit, name, subject, author, authorDate };
}
