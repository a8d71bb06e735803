import { EnvironmentError } from '../../errors.ts';
import type { BisectTarget } from '../../model/bisect.ts';
import type { Condition } from '../../model/condition.ts';
import type { HuntEvent } from '../../model/events.ts';
import type { HuntHeader, StopRules } from '../../model/hunt.ts';
import type { HuntSummary } from '../../model/summary.ts';
import { newHeader } from '../begin.ts';
import { beginHunt, continueHunt, type SessionContext, type SessionEnd } from '../hunt-session.ts';
import type { Target } from '../target.ts';
import { type RunCounts, TargetCounter } from './count-runs.ts';
import type { SameFailure } from './same-failure.ts';

/** Which failure is counted, and how runs are made: the same at every revision. */
export interface RunPlan {
  target: BisectTarget;
  same: SameFailure;
  jobs: number;
  limitMs: number | null;
  version: string;
  commandLine: string[];
}

export interface RevisionHunt {
  /** The base one first; the only one where runs are made to compare revisions. */
  conditions: Condition[];
  strategy: string;
  stop: StopRules;
  seed: string;
}

export interface RevisionRuns {
  hunt: string;
  counter: TargetCounter;
  summary: HuntSummary;
  interrupted: boolean;
}

/** What a hunt needs of its surroundings; what it shows is its caller's business. */
export type HuntPlace = Omit<SessionContext, 'onStart' | 'onEvent'> & {
  onBegun?(hunt: string): void;
  onRuns(counts: RunCounts): void;
};

const toldEveryMs = 200;

/** Makes runs of one built revision, as a hunt of its own, and counts what they say of the target. */
export async function huntRevision(
  target: Target,
  { conditions, strategy, stop, seed }: RevisionHunt,
  plan: RunPlan,
  place: HuntPlace,
): Promise<RevisionRuns> {
  const counter = new TargetCounter(plan.target, plan.same);
  const header = newHeader(target, {
    version: plan.version,
    started: new Date(),
    random: Math.random,
    engine: place.chosen.name,
    guest: place.chosen.guest?.facts ?? null,
    strategy,
    conditions,
    jobs: plan.jobs,
    stop,
    seed,
    limitMs: plan.limitMs,
    // Stop rules and the tuner look at failures; here the target is one, however it is judged.
    masked: plan.target.verdict === 'masked' ? 'fail' : 'report',
    machine: place.machine,
    commandLine: plan.commandLine,
  });
  return runsOf(await beginHunt(header, counting(counter, place)), counter);
}

/** So many more runs of such a hunt. Its counter goes on counting. */
export async function huntOn(
  { hunt, counter, summary }: Pick<RevisionRuns, 'hunt' | 'counter' | 'summary'>,
  stop: StopRules,
  place: HuntPlace,
): Promise<RevisionRuns> {
  const loops = stop.loops === null ? null : summary.runs + stop.loops;
  const timeMs = stop.timeMs === null ? null : summary.elapsedMs + stop.timeMs;
  const adapt = (header: HuntHeader): HuntHeader => ({ ...header, stop: { ...stop, loops, timeMs } });
  return runsOf(await continueHunt(hunt, adapt, counting(counter, place)), counter);
}

function counting(counter: TargetCounter, place: HuntPlace): SessionContext {
  let told = 0;
  return {
    ...place,
    onStart: ({ id }) => place.onBegun?.(id),
    onEvent(event: HuntEvent) {
      counter.apply(event);
      const now = performance.now();
      if (now - told < toldEveryMs) return;
      told = now;
      place.onRuns(counter.total());
    },
  };
}

function runsOf({ summary, reason }: SessionEnd, counter: TargetCounter): RevisionRuns {
  const { id, strategy = 'plain' } = summary.header;
  if (summary.refused.length > 0 && strategy !== 'auto') throw refused(summary, strategy);
  return { hunt: id, counter, summary, interrupted: reason === 'interrupted' };
}

/** Half of the revisions under a condition and half without it would be compared with themselves. */
function refused({ refused: [first] }: HuntSummary, strategy: string): EnvironmentError {
  return new EnvironmentError(
    `The condition ${strategy} cannot be put in force here: there is no ${first?.part} (${first?.text}). Choose another with --condition, or plain.`,
  );
}
