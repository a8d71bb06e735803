import { UsageError } from '../errors.ts';
import { chooseSuite } from '../hunt/suite-choice.ts';
import { type Opened, openRevision, prepareCommand, prepareTest, type Target } from '../hunt/target.ts';
import type { Settings } from '../model/settings.ts';
import type { Suite } from '../model/suite.ts';
import type { SourceContext } from '../source/context.ts';
import { commandSuite, findSuite } from '../suites/index.ts';
import type { RunRequest } from './run-request.ts';

/** What is to be run, as it was asked for. */
export type TargetRequest = Pick<RunRequest, 'what' | 'tree' | 'rev' | 'suite'>;

/**
 * Builds what was asked for, or finds the program.
 * @throws UsageError for what there is not, BuildError
 */
export async function prepareTarget(
  request: TargetRequest,
  source: SourceContext,
  settings: Settings,
): Promise<Target> {
  const { what, suite } = request;
  if (what === null) {
    throw new UsageError(
      'Which test? Give its name (`flakehunt run msg-ring.t`; `flakehunt run --list` lists them), or a command behind -- (`flakehunt run -- ./a.out`).',
    );
  }
  if (what.kind === 'command') {
    const { cwd } = settings.paths;
    const judging = suite === null ? commandSuite(what.argv, cwd) : findSuite(suite, settings.suites);
    return await prepareCommand(what.argv, { ...judging, cwd: { path: cwd } }, source);
  }
  return await prepareTest(await openTarget(request, source, settings), { ...request, ...what }, source);
}

/** The tree at the revision that was asked for, with its suite. */
export async function openTarget(
  request: Omit<TargetRequest, 'what'>,
  source: SourceContext,
  { suites }: Settings,
): Promise<Opened> {
  return await openRevision(
    { ...request, tree: request.tree ?? ownTree(request.suite, suites) },
    (tree, revision) => chooseSuite(request.suite, suites, tree, revision, source),
    source,
  );
}

/** Somebody whose configuration describes a suite means the tree around him, not liburing's. */
function ownTree(named: string | null, own: readonly Suite[]): string | null {
  const isOwn = named === null ? own.length === 1 : own.some((suite) => suite.name === named);
  return isOwn ? '.' : null;
}
