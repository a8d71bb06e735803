import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ExitCode } from '../errors.ts';
import type { CommandContext } from '../model/settings.ts';
import { builtInConditions } from '../perturb/named-conditions.ts';
import { completedShells } from '../report/completion-script.ts';
import { listTests } from '../source/list-tests.ts';
import { parseTreeSpec } from '../source/tree-spec.ts';
import { bisectPlaces } from '../store/bisect-log.ts';
import { huntPlaces } from '../store/find-hunt.ts';
import { builtInSuites } from '../suites/index.ts';
import { openTarget } from './prepare-target.ts';
import { type Candidate, completeTyped, type NameKind } from './typed-words.ts';

/** Nobody waits longer for a key; then there are no names of tests. */
const patienceMs = 2000;
const mostHunts = 50;

/**
 * `flakehunt complete -- words`, which completion scripts call: one candidate a line, what it is behind a tab. Names come
 * from what is on this machine, without a network; whatever goes wrong, there are just no candidates.
 * @param words what was typed behind `flakehunt`, the one at the cursor last
 */
export async function complete(program: Command, words: readonly string[], context: CommandContext): Promise<ExitCode> {
  const found = completeTyped(program, words);
  const candidates =
    found.kind === 'words'
      ? found.candidates
      : (await names(found.kind, found.options, context)).filter(({ value }) => value.startsWith(found.beginning));
  context.screen.out(candidates.map(({ value, about }) => `${oneLine(value)}\t${oneLine(about)}\n`).join(''));
  return ExitCode.ok;
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

async function names(kind: NameKind, options: Record<string, string>, context: CommandContext): Promise<Candidate[]> {
  const { paths, conditions, suites } = context.settings;
  switch (kind) {
    case 'shell':
      return completedShells.map((value) => ({ value, about: '' }));
    case 'tree':
      return [{ value: 'lab', about: 'the bundled tree' }];
    case 'suite':
      return [...builtInSuites, ...suites].map(({ name }) => ({ value: name, about: '' }));
    case 'condition':
      return [...builtInConditions, ...conditions].map(({ name, about }) => ({ value: name, about }));
    case 'hunt':
      return [{ value: 'last', about: 'the newest hunt' }, ...places(paths)];
    case 'test':
      return (await tests(options, context)).map((value) => ({ value, about: '' }));
    case 'file':
      return [];
  }
}

function places(paths: CommandContext['settings']['paths']): Candidate[] {
  const hunts = huntPlaces(paths).slice(0, mostHunts);
  const bisects = bisectPlaces(paths).slice(0, mostHunts);
  return [
    ...hunts.map(({ id }) => ({ value: id, about: 'hunt' })),
    ...bisects.map(({ id }) => ({ value: id, about: 'bisect' })),
  ];
}

/** Only of a tree that is here: a tree elsewhere would have to be fetched first. */
async function tests(options: Record<string, string>, { settings, signal }: CommandContext): Promise<string[]> {
  const tree = options['--tree'] ?? settings.run.tree;
  const isHere = tree === null ? existsSync(join(settings.paths.cwd, '.git')) : isLocal(tree);
  if (!isHere) return [];
  const source = {
    paths: settings.paths,
    env: settings.env,
    signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    progress: () => undefined,
    note: () => undefined,
  };
  try {
    const request = { tree, rev: options['--rev'] ?? null, suite: options['--suite'] ?? settings.run.suite };
    const { tree: opened, revision, suite } = await openTarget(request, source, settings);
    return await listTests(opened, revision, suite, source);
  } catch {
    return [];
  }
}

function isLocal(tree: string): boolean {
  try {
    return parseTreeSpec(tree).kind !== 'url';
  } catch {
    return false;
  }
}
