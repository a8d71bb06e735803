import type { NightReport, TestVerdict } from '../../model/night.ts';
import { isFirstSeen } from './night-facts.ts';

/** Tests of which a night has the same kind of thing to say. */
export interface VerdictGroup {
  title: string;
  verdicts: TestVerdict[];
  /** Its tests are told one by one, with all that a person needs to go on; else they are only named. */
  isNews: boolean;
}

/** What a person reads first comes first; a group without a test is left out. */
export function verdictGroups({ verdicts }: Pick<NightReport, 'verdicts'>): VerdictGroup[] {
  const isExpired = (one: TestVerdict) => one.quarantine?.state === 'expired' && isBad(one);
  const open = verdicts.filter((one) => one.quarantine === null || (one.quarantine.state === 'expired' && !isBad(one)));
  const of = (...kinds: TestVerdict['verdict'][]) => open.filter(({ verdict }) => kinds.includes(verdict));
  const quarantined = (state: string) => verdicts.filter(({ quarantine }) => quarantine?.state === state);
  const rare = of('unchanged').filter((one) => isBad(one) && isFirstSeen(one));
  const groups: VerdictGroup[] = [
    { title: 'New', verdicts: of('new-failure', 'new-flake'), isNews: true },
    { title: 'Worse', verdicts: of('worse'), isNews: true },
    { title: 'Quarantine expired', verdicts: verdicts.filter(isExpired), isNews: true },
    { title: 'Fixed', verdicts: of('fixed'), isNews: true },
    { title: 'Better', verdicts: of('better'), isNews: true },
    { title: 'Healed in quarantine', verdicts: quarantined('healed'), isNews: true },
    { title: 'Always failing', verdicts: of('always-failing'), isNews: true },
    { title: 'Failing, without a past', verdicts: of('baseline').filter(isBad), isNews: true },
    { title: 'First seen tonight, as rare as chance allows', verdicts: rare, isNews: true },
    {
      title: 'Flaky as before',
      verdicts: of('unchanged').filter((one) => isBad(one) && !isFirstSeen(one)),
      isNews: true,
    },
    { title: 'In quarantine', verdicts: quarantined('holds'), isNews: false },
  ];
  return groups.filter((group) => group.verdicts.length > 0);
}

function isBad({ state }: TestVerdict): boolean {
  return state === 'flaky' || state === 'failing';
}
