import type { NightHeader } from '../../model/night.ts';
import { guestFlags } from '../../report/guest-facts.ts';
import { isKnownByTree } from '../../report/run-command.ts';

interface Asked {
  header: Pick<NightHeader, 'revision' | 'suite' | 'guest'>;
  test: string;
  range: { old: string; new: string };
  condition: string | null;
  /** Id of the failure that is looked for. */
  signature: string | null;
}

/** The command that finds the commit of a range that brought a failure. */
export function bisectWords({ header, test, range, condition, signature }: Asked): string[] {
  const { revision, suite, guest } = header;
  return [
    ...['flakehunt', 'bisect', test, ...(revision.tree === null ? [] : ['--tree', revision.tree])],
    ...['--good', range.old.slice(0, 12), '--bad', range.new.slice(0, 12)],
    ...(isKnownByTree(suite) ? [] : ['--suite', suite]),
    ...(condition === null ? [] : ['--condition', condition]),
    ...(signature === null ? [] : ['--signature', signature]),
    ...guestFlags({ guest }),
  ];
}
