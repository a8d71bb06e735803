import type { NightHeader } from '../../model/night.ts';
import { guestFlags } from '../../report/guest-facts.ts';
import { isKnownByTree } from '../../report/run-command.ts';

interface Asked {
  header: Pick<NightHeader, 'revision' | 'suite' | 'guest'>;
  test: string;
  range: { old: string; new: string };
  /** The failure is there at the old end, and no more at the new one. */
  gone: boolean;
  condition: string | null;
  /** Id of the failure that is looked for. */
  signature: string | null;
}

/** The command that finds the commit of a range that brought a failure, or made it go. */
export function bisectWords({ header, test, range, gone, condition, signature }: Asked): string[] {
  const { revision, suite, guest } = header;
  const [good, bad] = gone ? [range.new, range.old] : [range.old, range.new];
  return [
    ...['flakehunt', 'bisect', test, ...(revision.tree === null ? [] : ['--tree', revision.tree])],
    ...['--good', good.slice(0, 12), '--bad', bad.slice(0, 12)],
    ...(isKnownByTree(suite) ? [] : ['--suite', suite]),
    ...(condition === null ? [] : ['--condition', condition]),
    ...(signature === null ? [] : ['--signature', signature]),
    ...guestFlags({ guest }),
  ];
}
