import { errnoNotes } from '../../explain/errno-notes.ts';
import { missingSync } from '../../explain/missing-sync.ts';
import type { ErrnoNote, ExplainedPoint, Finding, MissingSync } from '../../model/explain.ts';
import type { SourceContext } from '../../source/context.ts';
import type { Bench } from './bench.ts';
import { locate } from './locate.ts';
import { stracePoints } from './strace-points.ts';
import type { TracePlace } from './traced-session.ts';

/** A finding, its points found in the source. */
export interface Located {
  first: ExplainedPoint;
  second: ExplainedPoint;
  missing: MissingSync;
  notes: ErrnoNote[];
}

export interface LocatePlace {
  place: TracePlace;
  /** Path of strace, where it can look at the runs; null: it cannot, or is not there. */
  strace: string | null;
  source: SourceContext;
}

/**
 * @param test whose own file is preferred
 * @throws EngineError, EnvironmentError, the signal's reason
 */
export async function locateFinding(
  bench: Bench,
  finding: Finding,
  test: string,
  { place, strace, source }: LocatePlace,
): Promise<Located> {
  const { first: one, second: other } = finding.order;
  let points: Parameters<typeof locate>[1] = finding.points;
  const look = async (event: string) => await locate(event, points, bench.runs, test, source);
  let [first, second] = [await look(one), await look(other)];
  const nowhere = [first, second].filter(({ named }) => named === null).map(({ event }) => event);
  if (strace !== null && nowhere.length > 0) {
    const told = await stracePoints(nowhere, place, strace);
    const isTold = (event: string) => told.some(({ key }) => key === event);
    points = [...finding.points.filter(({ key }) => !isTold(key)), ...told];
    [first, second] = [await look(one), await look(other)];
  }
  return { first, second, missing: missingSync(finding, bench.runs), notes: notesOn(bench, [first, second]) };
}

/** What the errnos of the failure mean at these points. */
function notesOn({ runs, target }: Bench, points: readonly ExplainedPoint[]): ErrnoNote[] {
  const owners = runs[0]?.events.filter(({ call }) => call === 'io_uring_setup').map(({ thread }) => thread) ?? [];
  const entering = points.filter(({ call }) => call === 'io_uring_enter');
  const { errnos = [], lines = [] } = target?.signature ?? {};
  return errnoNotes({
    errnos: errnos.map(({ name }) => name),
    calls: points.map(({ call }) => call),
    foreignTask: owners.length > 0 && entering.some(({ thread }) => !owners.includes(thread)),
    lines,
  });
}
