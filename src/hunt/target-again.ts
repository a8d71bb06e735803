import type { HuntHeader } from '../model/hunt.ts';
import { buildTest } from '../source/build-test.ts';
import type { SourceContext } from '../source/context.ts';
import { recordedRevision } from '../source/recorded-revision.ts';
import { storedBuild } from '../source/stored-build.ts';
import { openTree } from '../source/tree.ts';
import { builtTarget, prepareCommand, type Target } from './target.ts';

/**
 * What a hunt ran: from the build store, else built again of the same sources.
 * @throws UsageError when its tree or program is gone, EnvironmentError when its revision is, BuildError
 */
export async function prepareAgain(header: HuntHeader, source: SourceContext): Promise<Target> {
  const { suiteDefinition: suite, test, revision, argv, build } = header;
  if (build === null) return await prepareCommand(argv, suite, source);
  const built = (await storedBuild(build, test, source)) ?? (await buildAgain(header, source));
  const args = argv.slice(suite.command.length);
  return await builtTarget(built, { suite, test, args, revision }, source);
}

async function buildAgain({ suiteDefinition: suite, test, revision: facts, build }: HuntHeader, source: SourceContext) {
  const tree = await openTree(facts.tree, source, { refresh: 'never' });
  const revision = await recordedRevision(tree, facts, source);
  const built = await buildTest({ tree, revision, suite, test }, source);
  if (built.facts.key !== build?.key) {
    source.note(
      `the hunt's build is gone, and this one was made by ${built.facts.compiler} or with other flags: it is not the same program.`,
    );
  }
  return built;
}
