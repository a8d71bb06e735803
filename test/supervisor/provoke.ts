import type { EffectRecord } from '../../src/model/engine.ts';
import { parseCondition } from '../../src/perturb/condition-text.ts';
import { endingOf, Session } from './session.ts';

export const isRoot = process.getuid?.() === 0;

/** Settings of a session whose supervisor may do nothing in particular; for root only. */
export const nobody = {
  wrapper: [
    ...['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
    ...['--inh-caps=-all', '--bounding-set=-all', '--'],
  ],
};

type Counts = Required<Omit<EffectRecord, 'type' | 'batch' | 'horizon'>>;

/** What came of some runs under one condition. */
export interface Provoked {
  session: Session;
  /** Runs by ending: `{ 'exit:0': 190, 'exit:1': 10 }`. */
  endings: Record<string, number>;
  /** Runs that ended with status 1. */
  failed: number;
  /** Sums over all runs. */
  effect: Counts;
}

/** Runs the program (as in Session.start) under the condition of this canonical text. */
export async function provoke(
  program: string[],
  condition: string,
  runs: number,
  settings: Parameters<typeof Session.start>[1] = {},
  jobs = 1,
): Promise<Provoked> {
  const session = await Session.start(program, settings);
  await session.run({ runs, jobs, condition: parseCondition(condition) });
  await session.stop();
  const endings = Object.fromEntries(Object.entries(session.runsByEnding).map(([end, list]) => [end, list.length]));
  const effects = session.records.filter((record) => record.type === 'effect');
  return { session, endings, failed: endings['exit:1'] ?? 0, effect: effects.reduce(sum, nothing) };
}

/** Endings and their number under each of the conditions, which follow each other in one session. */
export async function underEach(
  program: string[],
  conditions: readonly string[],
  runs: number,
  settings: Parameters<typeof Session.start>[1] = {},
): Promise<{ session: Session; endings: Record<string, Record<string, number>> }> {
  const session = await Session.start(program, settings);
  for (const [i, text] of conditions.entries()) await session.run({ id: i + 1, runs, condition: parseCondition(text) });
  await session.stop();
  return { session, endings: Object.fromEntries(conditions.map((text, i) => [text, endingsOf(session, i + 1)])) };
}

function endingsOf(session: Session, batch: number): Record<string, number> {
  const endings: Record<string, number> = {};
  for (const one of session.classes) {
    const later = session.tallies.filter((tally) => tally.class === one.id && tally.batch === batch);
    const count = later.reduce((total, tally) => total + tally.count, one.batch === batch ? 1 : 0);
    if (count > 0) endings[endingOf(one)] = (endings[endingOf(one)] ?? 0) + count;
  }
  return endings;
}

const nothing: Counts = {
  runs: 0,
  threads: 0,
  events: 0,
  concurrent: 0,
  held: 0,
  heldUs: 0,
  releases: 0,
  points: 0,
  cancelled: 0,
  voluntarySwitches: 0,
  involuntarySwitches: 0,
  sampled: 0,
  migrations: 0,
  forced: 0,
  infeasible: 0,
  absent: 0,
};

function sum(total: Counts, one: Partial<Counts>): Counts {
  const names = Object.keys(total) as (keyof Counts)[];
  return Object.fromEntries(names.map((name) => [name, total[name] + (one[name] ?? 0)])) as unknown as Counts;
}
