import type { ExitCode } from '../../errors.ts';
import type { BisectCheck, BisectOutcome, BisectSummary, BisectVerb } from '../../model/bisect.ts';
import { bisectExitCode } from './bisect-exit-code.ts';
import { BisectSession, type BisectSetup } from './bisect-session.ts';
import { endsComparison } from './compare-ends.ts';
import { findReduction } from './find-reduction.ts';
import { makeCheck } from './make-check.ts';

export interface BisectEnd {
  outcome: BisectOutcome;
  exitCode: ExitCode;
  summary: BisectSummary;
}

/** Searches, checks what it finds, and looks for a reduction beside it, until all is said or the time is over. */
export async function searchHistory(setup: BisectSetup): Promise<BisectEnd> {
  const session = new BisectSession(setup);
  session.emit({ type: 'session', t: session.now(), timeMs: setup.timeMs });
  const outcome = await search(session);
  const exitCode = bisectExitCode(outcome);
  session.emit({ type: 'end', t: session.now(), outcome, exitCode });
  return { outcome, exitCode, summary: setup.fold.summary() };
}

/** How often a check may disagree before it is said that the search does not come to an end. */
const mostChecks = 3;

async function search(session: BisectSession): Promise<BisectOutcome> {
  const { condition } = session;
  const isSettled = endsComparison(session);
  const isOver = () => session.isOver;
  for (let checks = 1; ; checks++) {
    const stop = await session.follow(() => session.bisector(), { condition, phase: 'search' }, isOver, isSettled);
    if (stop === null) return outOfTime(session);
    if (stop.reason === 'no-change') return withoutChange(session);
    if (stop.reason === 'undecided' || stop.node === null) return undecided(session);
    const check = await makeCheck(session, stop.node, 'gone', condition);
    if (check === null && session.isOver) return outOfTime(session);
    if (check !== null && !check.agrees && checks < mostChecks) continue;
    tellFound(session, stop.node, check);
    if (check?.agrees === false) return 'undecided';
    await findReduction(session, stop.node);
    return session.interrupted ? 'interrupted' : 'decided';
  }
}

/** At the least mass that is worth a line. */
const leastMass = 1e-4;
const mostRunnersUp = 5;

function tellFound(session: BisectSession, node: number, check: BisectCheck | null): void {
  const isFix = session.setup.knowledge.header.direction === 'fix';
  const isGone = check === null || check[isFix ? 'after' : 'before'].rate.failures === 0;
  const verb: BisectVerb = isFix ? (isGone ? 'fixed' : 'reduced') : isGone ? 'introduced' : 'raised';
  const bisector = session.bisector();
  session.tellPosterior(bisector);
  const all = bisector.distribution();
  const own = all.find((one) => one.node === node)?.mass ?? 0;
  const others = all.filter((one) => one.node !== node && one.mass > leastMass).slice(0, mostRunnersUp);
  session.find(verb, 'found', [{ node, mass: own }, ...others], own, check);
}

const mostSuspects = 1000;

/** Tells the likeliest that hold the confidence together. */
function undecided(session: BisectSession): BisectOutcome {
  const { direction, confidence } = session.setup.knowledge.header;
  const bisector = session.bisector();
  session.tellPosterior(bisector);
  const suspects: { node: number; mass: number }[] = [];
  let held = 0;
  for (const one of bisector.distribution()) {
    if (held >= confidence || suspects.length >= mostSuspects) break;
    suspects.push(one);
    held += one.mass;
  }
  if (suspects.length > 0 && isLookedAt(session)) {
    session.find(direction === 'fix' ? 'fixed' : 'introduced', 'undecided', suspects, held, null);
  }
  return 'undecided';
}

/** Something but the failing end was run; before that, masses are guesses. */
function isLookedAt({ condition, setup }: BisectSession): boolean {
  const { header, range, seen } = setup.knowledge;
  const failing = header.direction === 'fix' ? range.builds[0] : range.builds.at(-1);
  return seen.some((one) => one.seen.runs > 0 && one.condition === condition && range.builds[one.node] !== failing);
}

function outOfTime(session: BisectSession): BisectOutcome {
  if (session.interrupted) return 'interrupted';
  const { noChange } = session.bisector();
  const isClear = noChange >= session.setup.knowledge.header.confidence;
  if (isClear || (noChange >= 0.5 && session.cleanEndFails)) return withoutChange(session);
  return undecided(session);
}

/** The same rate everywhere: the end that should be clean is not, or nobody looked there. */
function withoutChange(session: BisectSession): BisectOutcome {
  if (session.endsAreAlike) session.note('at both ends the test is built into the same program');
  return session.cleanEndFails ? 'both-fail' : 'no-change';
}
