import type { BisectCheck, BisectCommit, Seen } from '../../model/bisect.ts';
import { runCommand } from '../../report/run-command.ts';
import type { ChangeKind } from '../../search/bisect/levels.ts';
import { checkRuns } from '../../stats/check-runs.ts';
import { fisherExact } from '../../stats/fisher.ts';
import { rateInterval } from '../../stats/interval.ts';
import type { BisectSession } from './bisect-session.ts';
import { runInTurns } from './run-in-turns.ts';

/** Part of the doubt that the confidence leaves. */
const levelShare = 0.1;
/** Seconds that a check may take in any case, and as a part of what was spent until then. */
const patience = { seconds: 60, share: 0.5 };
/** Beyond a change that leaves nothing, so many expected failures must not come: what is only reduced shows then. */
const residue = 30;

/**
 * Fresh, interleaved runs of a commit and of the nearest one before it that is built otherwise. As many as an exact test
 * needs, fixed before they begin; null when the time is over before, or there is nothing to compare with.
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
  const [old, young] = [knowledge.seenAt(before, condition), knowledge.seenAt(change, condition)];
  const level = (1 - header.confidence) * levelShare;
  const affordable = Math.max(patience.seconds, patience.share * (costs.spentSeconds ?? 0)) / costs.runSeconds / 2;
  const most = Math.max(6, Math.ceil(affordable));
  const fails = header.direction === 'fix' ? old : young;
  const planned = checkRuns(
    pooledWith(session, fails, condition),
    header.direction === 'fix' ? young : old,
    level,
    most,
  );
  const rate = Math.max(fails.failures, 1) / Math.max(fails.runs, 1);
  const runs = kind === 'gone' ? Math.min(most, Math.max(planned.runs, Math.ceil(residue / rate / 3))) : planned.runs;
  session.doing(`checking ${session.nameOf(change)} against ${session.nameOf(before)}, ${runs} runs each`);
  const sides = [
    { node: before, runs },
    { node: change, runs },
  ] as const;
  const made = await runInTurns(session, sides, { condition, phase: 'verify' });
  if (made === null) return null;
  const seen = { before: made[0], after: made[1] };
  const { p } = fisherExact(seen.before, seen.after);
  const [failing, clean] = header.direction === 'fix' ? [seen.before, seen.after] : [seen.after, seen.before];
  const isRight = failing.failures * clean.runs > clean.failures * failing.runs;
  const commit = (node: number) => commitOf(session, node);
  const again = (node: number) => runCommand(header, commit(node).commit, condition, runs);
  const side = (node: number, own: Seen) => ({ commit: commit(node), rate: rateInterval(own.failures, own.runs) });
  return {
    before: side(before, seen.before),
    after: side(change, seen.after),
    p,
    agrees: p < level && isRight,
    reproduce: {
      before: again(before),
      after: again(change),
    },
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
