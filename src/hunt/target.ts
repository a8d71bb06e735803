import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import type { EngineJob } from '../model/engine.ts';
import type { BuildFacts, RevisionFacts } from '../model/hunt.ts';
import type { Suite } from '../model/suite.ts';
import { type BuiltTest, buildTest } from '../source/build-test.ts';
import type { SourceContext } from '../source/context.ts';
import { guestFiles } from '../source/guest-files.ts';
import { listTests } from '../source/list-tests.ts';
import { matchTest } from '../source/match-test.ts';
import { type Revision, resolveRevision } from '../source/revision.ts';
import { openTree, type Tree } from '../source/tree.ts';

/** What will be run, ready to be executed. */
export interface Target {
  suite: Suite;
  /** The test's stem, or the command's file name. */
  test: string;
  argv: string[];
  cwd: EngineJob['cwd'];
  revision: RevisionFacts;
  build: BuildFacts | null;
  /** Files and folders that a guest needs beside it (the suite's `guestFiles`); absolute. */
  guestFiles: string[];
}

export interface TestRequest {
  tree: string | null;
  rev: string | null;
  name: string;
  args: string[];
}

/** A tree opened at a revision, with the suite that knows how to build and judge it. */
export interface Opened {
  tree: Tree;
  revision: Revision;
  suite: Suite;
}

/**
 * Opens a tree at a revision.
 * @param chooseSuite picks the suite from what the tree looks like
 * @throws UsageError, EnvironmentError
 */
export async function openRevision(
  request: Pick<TestRequest, 'tree' | 'rev'>,
  chooseSuite: (tree: Tree, revision: Revision) => Promise<Suite>,
  source: SourceContext,
): Promise<Opened> {
  const tree = await openTree(request.tree, source);
  const revision = await resolveRevision(tree, request.rev, source);
  return { tree, revision, suite: await chooseSuite(tree, revision) };
}

/** Builds the test of an opened revision. @throws UsageError for an unknown test, BuildError when it does not build. */
export async function prepareTest(opened: Opened, request: TestRequest, source: SourceContext): Promise<Target> {
  const { tree, revision, suite } = opened;
  const stems = await listTests(tree, revision, suite, source);
  const test = matchTest(request.name, stems, suite.nameForms);
  const built = await buildTest({ tree, revision, suite, test }, source);
  return await builtTarget(built, { suite, test, args: request.args, revision: revision.facts }, source);
}

/** A built test as its suite runs it. */
export async function builtTarget(
  built: BuiltTest,
  { suite, test, args, revision }: Pick<Target, 'suite' | 'test' | 'revision'> & { args: string[] },
  source: SourceContext,
): Promise<Target> {
  const fill = (text: string) =>
    text.replaceAll('{tree}', built.treeDir).replaceAll('{artifact}', built.artifact).replaceAll('{test}', test);
  return {
    suite,
    test,
    argv: [...(await executable(suite.command.map(fill), source, built.treeDir)), ...args],
    cwd: workingFolder(suite, built.treeDir),
    revision,
    build: built.facts,
    guestFiles: await guestFiles(suite, built.treeDir),
  };
}

/** A bare command, run in the current folder. @throws UsageError when there is no such program. */
export async function prepareCommand(argv: string[], suite: Suite, source: SourceContext): Promise<Target> {
  return {
    suite,
    test: argv[0]?.split('/').at(-1) ?? '',
    argv: await executable(argv, source, source.paths.cwd),
    cwd: workingFolder(suite, source.paths.cwd),
    revision: { tree: null, commit: null, name: null, subject: null, date: null, treeId: null },
    build: null,
    guestFiles: await guestFiles(suite, source.paths.cwd),
  };
}

function workingFolder(suite: Suite, tree: string): EngineJob['cwd'] {
  if (suite.cwd === 'scratch') return { kind: 'scratch' };
  return { kind: 'path', path: suite.cwd === 'tree' ? tree : resolve(tree, suite.cwd.path) };
}

/** The supervisor searches no PATH: finds the program the first word names, relative to `folder` when it has a slash. */
async function executable(argv: string[], source: SourceContext, folder: string): Promise<string[]> {
  const [name = '', ...rest] = argv;
  if (name === '') throw new UsageError('The command is an empty word; the name or path of a program comes first.');
  if (name.includes('/')) {
    const path = resolve(folder, name);
    await mustBeProgram(path, name);
    return [path, ...rest];
  }
  for (const place of (source.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(resolve(folder, place), name);
    if (await isProgram(path)) return [path, ...rest];
  }
  throw new UsageError(`There is no program "${name}" in PATH; give its path, for example ./${name}.`);
}

async function mustBeProgram(path: string, name: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new UsageError(`There is no file ${name}.`);
  if (found.isDirectory()) throw new UsageError(`${name} is a directory, not a program.`);
  if (!(await isProgram(path))) throw new UsageError(`${name} is not executable; \`chmod +x ${name}\` makes it so.`);
}

async function isProgram(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) return false;
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
