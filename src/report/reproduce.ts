import type { HuntHeader } from '../model/hunt.ts';
import type { Reproducer } from '../model/summary.ts';
import { guestFlags } from './guest-facts.ts';
import { isKnownByTree } from './run-command.ts';
import { shellWord } from './shell-word.ts';

/** The command that runs one run of a hunt again, where the hunt is kept. */
export function replayHere({ id }: Pick<HuntHeader, 'id'>, run: number): string {
  return `flakehunt replay ${id}:${run}`;
}

/** What a command has to say of a hunt for others to make its runs. */
type Described = Pick<HuntHeader, 'limitMs' | 'suiteDefinition' | 'revision' | 'suite' | 'test' | 'argv' | 'guest'>;

/** The same run, wherever the same revision can be had: all that the hunt knew of it is in the command. */
export function replayElsewhere(header: Described, { run, seed, condition }: Reproducer): string {
  const drawn = ['--seed', seed, '--condition', condition, '--as-run', String(run)];
  const { limitMs, suiteDefinition } = header;
  const limit = limitMs === suiteDefinition.limitMs ? [] : ['--limit', `${limitMs}ms`];
  return ['flakehunt', 'replay', ...drawn, ...limit, ...guestFlags(header), ...whatToRun(header)]
    .map(shellWord)
    .join(' ');
}

/** The words that say which test of which revision, and its arguments. */
export function whatToRun({ revision, suite, suiteDefinition, test, argv }: Described): string[] {
  if (revision.tree === null) return [...(suite === 'command' ? [] : ['--suite', suite]), '--', ...argv];
  const words = [test, '--tree', revision.tree, ...revOf(revision)];
  const args = argv.slice(suiteDefinition.command.length);
  return [...words, ...(isKnownByTree(suite) ? [] : ['--suite', suite]), ...(args.length === 0 ? [] : ['--', ...args])];
}

function revOf({ name, commit }: HuntHeader['revision']): string[] {
  if (name === 'worktree') return ['--rev', 'worktree'];
  return commit === null ? [] : ['--rev', commit.slice(0, 12)];
}
