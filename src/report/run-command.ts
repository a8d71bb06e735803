import type { BisectHeader } from '../model/bisect.ts';
import type { GuestFacts } from '../model/kernel.ts';
import { guestFlags } from './guest-facts.ts';
import { shellWord } from './shell-word.ts';

/** A command that shows the rate of a revision under a condition, anywhere. */
export function runCommand(
  {
    test,
    tree,
    suite,
    args,
    guest = null,
    axis,
  }: Pick<BisectHeader, 'test' | 'tree' | 'suite' | 'args' | 'guest' | 'axis'>,
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
    (axis?.revision.commit ?? axis?.revision.name ?? commit).slice(0, 12),
    ...named,
    ...guestFlags({ guest: axis === undefined ? guest : bootedWith(guest, commit) }),
  ];
  const dashes = args.length === 0 ? [] : ['--', ...args];
  return [...what, '--strategy', condition, '--loops', String(runs), ...dashes].map(shellWord).join(' ');
}

/** A guest of the same shape, of another kernel. */
function bootedWith(guest: BisectHeader['guest'], kernel: string): GuestFacts | null {
  return guest == null ? null : { ...guest, kernel: { ...guest.kernel, spec: kernel } };
}

/** Suites that need not be named beside their tree. */
export function isKnownByTree(suite: string): boolean {
  return suite === 'liburing' || suite === 'lab';
}
