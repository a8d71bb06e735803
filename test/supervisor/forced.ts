import type { Force } from '../../src/model/condition.ts';
import type { Forced } from '../../src/model/engine.ts';
import { parseCondition } from '../../src/perturb/condition-text.ts';
import { Session } from './session.ts';
import { readLines, type TraceLine } from './traces.ts';

/** An event as it is named where an order is forced. */
export function eventOf({ key, k }: TraceLine): string {
  return `${key.replaceAll(' ', ':')}:${k}`;
}

/** The calls of some untroubled runs of a program: the event for which `wanted` holds, the first in its run. */
export async function eventsOf(program: string[], ...wanted: ((line: TraceLine) => boolean)[]): Promise<string[]> {
  const session = await Session.start(program);
  await session.run({ runs: 10, condition: parseCondition('chaos:note'), trace: true });
  await session.stop();
  const lines = session.records.filter((r) => r.type === 'trace').flatMap((trace) => readLines(trace.lines));
  return wanted.map((one) => {
    const names = new Set(lines.filter(one).map(eventOf));
    const [name, ...others] = names;
    if (name === undefined || others.length > 0) throw new Error(`Not one event: ${[...names].join(', ')}`);
    return name;
  });
}

/** Traces by what came of the order that was forced. */
export function tracesOf(session: Session): { forced: Forced | null; lines: TraceLine[] }[] {
  return session.records
    .filter((record) => record.type === 'trace')
    .map(({ forced, lines }) => ({ forced, lines: readLines(lines) }));
}

/** What came of forcing `first` before `second`. */
export interface ForcedRuns {
  session: Session;
  /** Runs that ended with status 1. */
  failed: number;
  forced: number;
  infeasible: number;
  absent: number;
  elapsedUs: number;
}

interface Beside {
  /** Canonical text of the rest of the condition. */
  noise?: string;
  jobs?: number;
  trace?: boolean;
  stacks?: boolean;
}

/** Runs a program with `first` before `second`; what is not said is that of the default. */
export async function force(
  program: string[],
  [first, second]: readonly [string, string],
  runs: number,
  { noise = 'plain', jobs = 1, trace = false, stacks = false, ...how }: Partial<Force> & Beside = {},
  settings: Parameters<typeof Session.start>[1] = {},
): Promise<ForcedRuns> {
  const session = await Session.start(program, settings);
  const chaos: Force = {
    ...{ arm: 'force', classes: ['lifecycle', 'sync', 'resource'], mode: 'order', after: 'done', offsetUs: 0 },
    ...{ first, second, ...how },
  };
  const { elapsedUs } = await session.run({
    runs,
    jobs,
    trace,
    stacks,
    condition: { ...parseCondition(noise), chaos },
  });
  await session.stop();
  const effects = session.records.filter((record) => record.type === 'effect');
  const sum = (key: 'forced' | 'infeasible' | 'absent') => effects.reduce((total, one) => total + (one[key] ?? 0), 0);
  return {
    session,
    failed: session.runsByEnding['exit:1']?.length ?? 0,
    forced: sum('forced'),
    infeasible: sum('infeasible'),
    absent: sum('absent'),
    elapsedUs,
  };
}
