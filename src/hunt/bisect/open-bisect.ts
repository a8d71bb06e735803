import { UsageError } from '../../errors.ts';
import type { BisectHeader } from '../../model/bisect.ts';
import type { BisectEvent, RangeEntry } from '../../model/bisect-events.ts';
import type { Paths } from '../../model/settings.ts';
import { BisectFold } from '../../report/bisect/bisect-fold.ts';
import type { SourceContext } from '../../source/context.ts';
import { resolveRevision } from '../../source/revision.ts';
import { openTree, type Tree } from '../../source/tree.ts';
import { type BisectLog, type BisectPlace, createBisect, readBisect, resumeBisect } from '../../store/bisect-log.ts';
import { readHunt } from '../../store/read-hunt.ts';
import { BisectKnowledge } from './bisect-knowledge.ts';
import { TargetCounter } from './count-runs.ts';
import type { ArmEvidence } from './hunt-evidence.ts';
import type { KnownBisect } from './known-bisects.ts';
import { type PreparedRange, prepareRange } from './prepare-range.ts';
import type { BisectSubject } from './revision-builder.ts';
import type { SameFailure } from './same-failure.ts';

/** A bisect with all that is known of it, ready to be gone on with. */
export interface OpenBisect {
  log: BisectLog;
  fold: BisectFold;
  knowledge: BisectKnowledge;
  subject: BisectSubject;
}

/** What is known before the search begins. */
export interface Beginning {
  calibration: Extract<BisectEvent, { type: 'calibrated' }>['calibration'];
  /** Of revisions by commit id. */
  evidence: { commit: string; arms: ArmEvidence[] }[];
  known: KnownBisect[];
}

/** Begins a bisect: makes its folder, and writes down what is known already. */
export async function beginBisect(
  paths: Pick<Paths, 'state'>,
  header: BisectHeader,
  prepared: PreparedRange,
  { calibration, evidence, known }: Beginning,
  subject: BisectSubject,
): Promise<OpenBisect> {
  const log = await createBisect(paths, header);
  const named = { ...header, id: log.id };
  const fold = new BisectFold();
  const knowledge = new BisectKnowledge(named);
  const t = Date.parse(header.started);
  const emit = (event: BisectEvent) => {
    if (event.type !== 'bisect') log.append(event);
    fold.apply(event);
    knowledge.apply(event);
  };
  emit({ type: 'bisect', v: 1, t, header: named });
  emit({ type: 'range', t, entries: prepared.entries });
  emit({ type: 'calibrated', t, calibration });
  for (const { commit, arms } of evidence) {
    const node = prepared.entries.findIndex((entry) => entry.commit === commit);
    if (node !== -1) for (const arm of arms) emit(seenBefore(t, node, arm));
  }
  for (const one of known)
    for (const event of transferred(t, one, prepared.entries, calibration.condition)) emit(event);
  for (const text of prepared.moved) emit({ type: 'note', t, text });
  return { log, fold, knowledge, subject };
}

function seenBefore(t: number, node: number, { condition, counts, seconds, from }: ArmEvidence): BisectEvent {
  const { seen, others, skipped, invalid, runs } = counts;
  return {
    ...{ type: 'seen', t, node, phase: 'calibrate', condition, seen, others, skipped, invalid, runs, seconds },
    ...{ hunt: null, from },
  };
}

/** What an earlier bisect saw of tests that are built of the same. */
function transferred(
  t: number,
  { id, seen, unusable }: KnownBisect,
  entries: readonly RangeEntry[],
  condition: string,
): BisectEvent[] {
  const nodes = new Map<string, number>();
  for (const [node, { inputs, exists, forked }] of entries.entries()) {
    if (exists && forked !== true && !nodes.has(inputs)) nodes.set(inputs, node);
  }
  const lost = unusable.flatMap(({ inputs, kind, reason, log }): BisectEvent[] => {
    const node = nodes.get(inputs);
    return node === undefined ? [] : [{ type: 'unusable', t, node, kind, reason, log }];
  });
  const runs = seen.flatMap(({ inputs, event }): BisectEvent[] => {
    const node = nodes.get(inputs);
    const isComparable = event.condition === condition || event.condition === 'plain';
    if (node === undefined || !isComparable) return [];
    return [{ ...event, t, node, phase: 'calibrate', seconds: 0, hunt: null, from: id }];
  });
  return [...lost, ...runs];
}

/**
 * Opens a bisect to go on with it: reads its log and its history again; runs that were made when it was killed are taken
 * from their hunt.
 * @throws UsageError when another flakehunt is at it, or its history is not what it was
 */
export async function reopenBisect(
  place: BisectPlace,
  same: (header: BisectHeader) => SameFailure,
  source: SourceContext,
): Promise<OpenBisect> {
  const events: BisectEvent[] = [];
  for await (const event of readBisect(place.dir)) events.push(event);
  const [first] = events;
  if (first?.type !== 'bisect') throw new Error('a bisect without a header');
  const { header } = first;
  const logged = events.find((event) => event.type === 'range');
  if (logged === undefined) {
    throw new UsageError(`Bisect ${place.id} was ended before it had its range; begin it again.`);
  }
  const tree = await openTree(header.tree, source, { refresh: 'never' });
  const isOfCommits = header.axis === undefined;
  if (isOfCommits) for (const end of [header.old, header.new]) await mustBeThere(end, tree, place.id, source);
  const prepared = isOfCommits ? await historyAgain(header, tree, logged.entries, place.id, source) : kernelRange;
  const log = resumeBisect(place);
  const fold = new BisectFold();
  const knowledge = new BisectKnowledge(header);
  for (const event of events) {
    fold.apply(event);
    knowledge.apply(event);
  }
  for (const event of await lostRuns(place.dir, events, header, same(header))) {
    log.append(event);
    fold.apply(event);
    knowledge.apply(event);
  }
  const { test, args, suiteDefinition: suite } = header;
  return {
    log,
    fold,
    knowledge,
    subject: { tree, range: prepared.range, suite, test, args, touched: prepared.touched },
  };
}

/** Kernels have no history that could be read again: the log names them. */
const kernelRange: Pick<PreparedRange, 'range' | 'touched'> = { range: { commits: [] }, touched: [] };

/** @throws UsageError when the history is not what it was */
async function historyAgain(
  header: BisectHeader,
  tree: Tree,
  logged: readonly RangeEntry[],
  id: string,
  source: SourceContext,
): Promise<PreparedRange> {
  const prepared = await prepareRange(
    {
      ...{ tree, suite: header.suiteDefinition, test: header.test },
      ...{ old: header.old.commit ?? '', new: header.new.commit ?? '' },
      options: { firstParent: header.firstParent, paths: header.paths },
    },
    source,
  );
  const now = prepared.range.commits.map(({ commit }) => commit).join();
  if (now === logged.map(({ commit }) => commit).join()) return prepared;
  throw new UsageError(
    `The history of ${header.tree} between ${header.old.name} and ${header.new.name} is not what it was when bisect ${id} began. Begin it again: what it saw of equal builds is used.`,
  );
}

/** @throws UsageError when the history was rewritten, and what was there is gone */
async function mustBeThere(
  { commit, name }: BisectHeader['old'],
  tree: Tree,
  id: string,
  source: SourceContext,
): Promise<void> {
  try {
    await resolveRevision(tree, commit, source);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `${name} (${commit?.slice(0, 12)}), an end of bisect ${id}, is not in ${tree.name} any more. Begin again with an end that is: what was seen of equal builds is used.`,
      { cause: error },
    );
  }
}

/** Runs that were begun, and of which the log does not tell what came of them. */
async function lostRuns(
  dir: string,
  events: readonly BisectEvent[],
  header: BisectHeader,
  same: SameFailure,
): Promise<BisectEvent[]> {
  const told = new Set(events.flatMap((event) => (event.type === 'seen' ? (event.hunt ?? []) : [])));
  const found: BisectEvent[] = [];
  for (const event of events) {
    if (event.type !== 'begun' || told.has(event.hunt)) continue;
    const { node, phase, condition, hunt } = event;
    const counter = new TargetCounter(header.target, same);
    let [began, last] = [0, 0];
    try {
      for await (const one of readHunt(`${dir}/hunts/${hunt}`)) {
        counter.apply(one);
        began ||= one.t;
        last = one.t;
      }
    } catch {
      // It was killed before it had a log, or in the middle of a line: what is there counts.
    }
    const { seen, others, skipped, invalid, runs } = counter.total();
    const seconds = Math.max(0, last - began) / 1000;
    found.push({
      ...{ type: 'seen', t: event.t, node, phase, condition, seen, others, skipped, invalid, runs, seconds },
      ...{ hunt, from: null },
    });
  }
  return found;
}
