import { BuildError, ExitCode, ExpectedError, UsageError } from '../errors.ts';
import { findTarget, notReproduced } from '../hunt/bisect/find-target.ts';
import { plainCondition } from '../perturb/condition-text.ts';
import { NoRange } from '../source/no-range.ts';
import type { Revision } from '../source/revision.ts';
import { mixSeed } from '../stats/random.ts';
import type { BisectScreen } from './bisect-screen.ts';
import { type Subject, textOf } from './bisect-subject.ts';
import type { MeasureRequest, NothingFound } from './measure-failure.ts';
import type { RevisionDesk } from './revision-desk.ts';

const glanceMs = 20_000;

/**
 * Why the failing end does not fail; perhaps it was taken for the other one.
 * @param clean the other end, if there is one yet
 */
export async function explainCleanEnd(
  found: NothingFound,
  { failing }: Subject,
  clean: Revision | null,
  request: MeasureRequest,
  desk: RevisionDesk,
  screen: BisectScreen,
): Promise<ExpectedError> {
  const name = failing.facts.name ?? '';
  const text = textOf(request.signature);
  const complaint = notReproduced(name, found, text);
  if (clean === null || found.runs <= found.skipped) return complaint;
  const other = clean.facts.name ?? '';
  screen.tell(`trying ${other}, the other end`);
  const built = await orNull(desk.build(clean));
  if (built === null) return complaint;
  const seed = mixSeed(request.seed, 9);
  const wish = {
    text,
    conditions: [plainCondition],
    strategy: 'plain',
    timeMs: Math.min(glanceMs, request.timeMs),
    seed,
    masked: request.masked,
  };
  const there = await findTarget(built, wish, desk.plan, desk.place);
  if (there.kind !== 'found') return complaint;
  return new ExpectedError(
    `The ends look exchanged: ${name} did not fail in ${found.runs} runs, and ${other} does (${there.target.signature.title}). Exchange them: --bad ${other} --good ${name}.`,
    ExitCode.inconclusive,
  );
}

/** A revision that cannot be built is no end; what stops every build is told. */
export async function orNull<T>(made: Promise<T>): Promise<T | null> {
  try {
    return await made;
  } catch (error) {
    if (error instanceof BuildError || (error instanceof UsageError && !(error instanceof NoRange))) return null;
    throw error;
  }
}
