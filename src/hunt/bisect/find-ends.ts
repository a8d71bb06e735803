import { ExitCode, ExpectedError } from '../../errors.ts';
import type { BisectDirection, Seen } from '../../model/bisect.ts';
import { parseCondition } from '../../perturb/condition-text.ts';
import { shellWord } from '../../report/shell-word.ts';
import type { SourceContext } from '../../source/context.ts';
import { defaultTip, firstParentBack } from '../../source/other-end.ts';
import type { Revision } from '../../source/revision.ts';
import { resolveRevision } from '../../source/revision.ts';
import type { Tree } from '../../source/tree.ts';
import { mixSeed } from '../../stats/random.ts';
import type { Target } from '../target.ts';
import type { ArmEvidence } from './hunt-evidence.ts';
import { type HuntPlace, huntRevision, type RunPlan } from './revision-hunt.ts';

/** The other end of a range, and how it was found. */
export interface OtherEnd {
  direction: BisectDirection;
  revision: Revision;
  /** One line each, for a person. */
  story: string[];
  /** What was seen on the way, by commit. */
  seen: { commit: string; evidence: ArmEvidence }[];
}

export interface EndSearch {
  tree: Tree;
  /** Fails. */
  failing: Revision;
  /** Null: either. */
  direction: BisectDirection | null;
  condition: string;
  rate: Seen;
  seed: string;
  timeMs: number;
  /** Null where the test is not there, or does not build. */
  build(revision: Revision): Promise<Target | null>;
  /** What is being done now, in a few words. */
  tell(what: string): void;
}

/** So many failures would be expected, were it as at the failing end: by chance none comes in one case of 150. */
const expected = 5;
const firstStep = 16;

/**
 * Finds the end that does not fail: the tip of the default branch, if the failure was fixed since; else a revision some
 * way back in history, in steps that double.
 * @throws ExpectedError (inconclusive) when there is none; EnvironmentError
 */
export async function findOtherEnd(search: EndSearch, plan: RunPlan, place: HuntPlace, source: SourceContext) {
  const { tree, failing, direction } = search;
  const story: string[] = [];
  const seen: OtherEnd['seen'] = [];
  const probe = prober(search, plan, place, seen);
  if (direction !== 'regression') {
    const tip = await defaultTip(tree, source);
    const isTip = tip === null || tip.commit === failing.facts.commit;
    if (!isTip) {
      const revision = await resolveRevision(tree, tip.commit, source);
      const found = await probe(revision, `${tip.name}, the tip of the default branch`);
      story.push(found.story);
      if (found.state === 'clean') return { direction: 'fix', revision, story, seen } satisfies OtherEnd;
    }
    if (direction === 'fix') {
      const where = isTip ? 'it is the tip of the default branch itself' : story.at(-1);
      throw new ExpectedError(
        `There is no later revision without the failure: ${where}. Name one with --new, or look for what introduced it with --regression.`,
        ExitCode.inconclusive,
      );
    }
  }
  return await goBack(search, { story, seen, probe }, source);
}

type Probe = (revision: Revision, name: string) => Promise<{ state: 'clean' | 'fails' | 'unusable'; story: string }>;

/**
 * In steps that double, until one does not fail; where one cannot be run (the test is not there yet), between it and the
 * last that failed.
 */
async function goBack(
  { tree, failing }: EndSearch,
  { story, seen, probe }: { story: string[]; seen: OtherEnd['seen']; probe: Probe },
  source: SourceContext,
): Promise<OtherEnd> {
  const start = failing.facts.commit ?? '';
  let fails = 0;
  let unusable: number | null = null;
  for (let steps = firstStep; steps > fails; steps = nextSteps(fails, unusable)) {
    const back = await firstParentBack(tree, start, steps, source);
    if (back === null || back.steps <= fails) break;
    const revision = await resolveRevision(tree, back.commit, source);
    const found = await probe(revision, `${back.steps} commits back`);
    story.push(found.story);
    if (found.state === 'clean') return { direction: 'regression', revision, story, seen };
    if (found.state === 'unusable') unusable = back.steps;
    else fails = back.steps;
  }
  const wayOut = tree.shallow
    ? `The clone is shallow, so history ends early: \`git -C ${shellWord(tree.name)} fetch --unshallow\` brings the rest.`
    : 'Name one with --old, if there is one; else the test has failed for as long as it can be run.';
  throw new ExpectedError(
    `No earlier revision without the failure was found (${story.join('; ') || 'history begins here'}). ${wayOut}`,
    ExitCode.inconclusive,
  );
}

/**
 * How far back is tried next; `fails` itself when nothing lies in between.
 * @param fails steps back of the farthest that failed, `unusable` of the nearest that cannot be run
 */
export function nextSteps(fails: number, unusable: number | null): number {
  return unusable === null ? 2 * fails : Math.floor((fails + unusable) / 2);
}

function prober(
  { condition, rate, seed, timeMs, build, tell }: EndSearch,
  plan: RunPlan,
  place: HuntPlace,
  seen: OtherEnd['seen'],
): Probe {
  const runs = Math.ceil((expected * rate.runs) / Math.max(1, rate.failures));
  let probes = 0;
  return async (revision, name) => {
    tell(`trying ${name}: ${revision.facts.name}`);
    const target = await build(revision);
    const shown = `${name} (${revision.facts.name})`;
    if (target === null) return { state: 'unusable', story: `${shown} cannot be run` };
    const made = await huntRevision(
      target,
      {
        conditions: [parseCondition(condition)],
        strategy: condition,
        stop: { loops: runs, failures: 1, timeMs, untilRate: null },
        seed: mixSeed(seed, 100 + probes++),
      },
      plan,
      place,
    );
    place.signal.throwIfAborted();
    const counts = made.counter.total();
    const evidence = { condition, counts, seconds: made.summary.elapsedMs / 1000, from: made.hunt };
    seen.push({ commit: revision.facts.commit ?? '', evidence });
    const { failures, runs: able } = counts.seen;
    if (failures > 0) return { state: 'fails', story: `${shown} fails too, ${failures} of ${able} runs` };
    if (able === 0) return { state: 'unusable', story: `${shown} taught nothing` };
    return { state: 'clean', story: `${shown} did not fail in ${able} runs` };
  };
}
