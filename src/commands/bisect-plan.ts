import { ExitCode } from '../errors.ts';
import { startSeconds } from '../hunt/bisect/bisect-knowledge.ts';
import { searchRange } from '../hunt/bisect/range-entries.ts';
import type { BisectPlan, SearchRange } from '../model/bisect.ts';
import type { CommandContext } from '../model/settings.ts';
import { renderBisectHeader } from '../report/bisect/bisect-header.ts';
import { renderBisectPlan } from '../report/bisect/plan-text.ts';
import { expectedCost } from '../search/bisect/expected-cost.ts';
import { builtAlready } from '../source/built-already.ts';
import { rangeRevision } from '../source/history-range.ts';
import type { PreparedBisect } from './bisect-beginning.ts';
import type { BisectRequest } from './bisect-request.ts';
import type { BisectScreen } from './bisect-screen.ts';
import type { Subject } from './bisect-subject.ts';

/** `--dry-run`: what the search would cost, by a rehearsal with what is known of rates and times. */
export async function tellPlan(
  made: PreparedBisect,
  subject: Subject,
  { timeMs, seed }: BisectRequest,
  screen: BisectScreen,
  context: CommandContext,
): Promise<ExitCode> {
  const { header, prepared, beginning } = made;
  const { entries } = prepared;
  const range = searchRange(entries);
  const distinctBuilds = new Set(range.builds).size;
  const { calibration } = beginning;
  screen.tell('looking what is built already');
  const stored = await storedBuilds(range, made, subject, screen);
  const buildSeconds = stored.reduce((sum, seconds) => sum + seconds, 0) / Math.max(1, stored.length);
  const cost = expectedCost(distinctBuilds, {
    ...{
      rate: calibration.rate,
      runSeconds: calibration.secondsPerRun,
      startSeconds: header.startSeconds ?? startSeconds,
      seed,
    },
    ...{ buildSeconds, confidence: header.confidence },
    fails: header.direction === 'fix' ? 'old' : 'new',
  });
  const plan: BisectPlan = {
    header,
    commits: range.weights.filter((weight) => weight > 0).length,
    distinctBuilds,
    testMissing: entries.filter(({ exists }) => !exists).length,
    expectedRuns: Math.round(cost.runs),
    expectedBuilds: Math.round(cost.builds),
    expectedSeconds: cost.seconds,
    cachedBuilds: stored.length,
    assumptions: [
      `a build takes ${buildSeconds.toFixed(1)} s, as those in the store did, and none of them is wanted`,
      'every revision builds, and the rate does not drift',
    ],
    frozen: calibration.condition,
  };
  screen.stop();
  const commits = entries.length - 1;
  context.screen.out(
    `${renderBisectHeader(header, { commits, distinctBuilds, timeMs }, context.screen)}\n${renderBisectPlan(plan, context.screen)}`,
  );
  return ExitCode.ok;
}

/** Of the distinct builds, the seconds that those took that are in the store: at least that of the failing end. */
async function storedBuilds(
  { builds }: SearchRange,
  { prepared }: PreparedBisect,
  { tree, suite, test }: Subject,
  { source }: BisectScreen,
): Promise<number[]> {
  const first = new Map<number, number>();
  for (const [node, build] of builds.entries()) if (!first.has(build)) first.set(build, node);
  const { commits } = prepared.range;
  const revisions = [...first.values()].flatMap((node) => {
    const commit = commits[node];
    return commit === undefined || prepared.entries[node]?.exists === false || prepared.entries[node]?.forked
      ? []
      : [rangeRevision(tree, commit)];
  });
  const found = await builtAlready({ tree, revisions, suite, test }, source);
  return found.filter((seconds) => seconds !== null);
}
