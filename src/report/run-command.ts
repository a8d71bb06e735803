import type { BisectHeader } from '../model/bisect.ts';
import { guestFlags } from './guest-facts.ts';
import { shellWord } from './shell-word.ts';

/** A command that shows the rate of a revision under a condition, anywhere. */
export function runCommand(
  { test, tree, suite, args, guest = null }: Pick<BisectHeader, 'test' | 'tree' | 'suite' | 'args' | 'guest'>,
  commit: string,
  condition: string,
  runs: number,
): string {
  const named = isKnownByTree(suite) ? [] : ['--suite', suite];
  const what = [
    'flakehunt',
    'run',
    test,
    '--tree',
    tree,
    '--rev',
    commit.slice(0, 12),
    ...named,
    ...guestFlags({ guest }),
  ];
  const dashes = args.length === 0 ? [] : ['--', ...args];
  return [...what, '--strategy', condition, '--loops', String(runs), ...dashes].map(shellWord).join(' ');
}

/** Suites that need not be named beside their tree. */
export function isKnownByTree(suite: string): boolean {
  return suite === 'liburing' || suite === 'lab';
}
