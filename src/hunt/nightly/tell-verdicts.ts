import type { PastNightCell } from '../../model/history.ts';
import type { NightCell, NightHeader, NightVerdict, Quarantine, TestVerdict } from '../../model/night.ts';
import type { Signature } from '../../model/verdict.ts';
import { builtCommit } from '../../report/revision-text.ts';
import { shellWord } from '../../report/shell-word.ts';
import { judgeNight, type TestJudgement } from '../../search/night/judge-night.ts';
import { bisectWords } from './bisect-words.ts';
import { coveringEntry, isExpired } from './quarantine.ts';

/** Those that have a commit to be looked for. */
const dated: ReadonlySet<NightVerdict> = new Set(['new-failure', 'new-flake', 'worse', 'fixed']);

/**
 * What the night says of each of its tests, in the order of the suite, beside the nights before it.
 * @param past of the same suite and machine class, this night not among them
 */
export function tellVerdicts(
  header: NightHeader,
  cells: readonly NightCell[],
  past: readonly PastNightCell[],
  quarantine: readonly Quarantine[],
): TestVerdict[] {
  const judged = new Map(judgeNight(cells, past).map((one) => [one.test, one]));
  return header.tests.flatMap((test) => {
    const judgement = judged.get(test);
    if (judgement === undefined) return [];
    const own = cells.filter((cell) => cell.test === test);
    return [verdictOf(judgement, own, header, quarantine)];
  });
}

function verdictOf(
  judgement: TestJudgement,
  cells: readonly NightCell[],
  header: NightHeader,
  quarantine: readonly Quarantine[],
): TestVerdict {
  const { test, verdict, state, comparison, commits, healed } = judgement;
  const entry = coveringEntry(quarantine, test, cells, header.started);
  const range = dated.has(verdict) ? rangeOf(header, commits) : null;
  const signature = comparison?.signature ?? mostFrequent(cells, comparison?.condition);
  return {
    test,
    verdict,
    state,
    comparison,
    quarantine: entry === null ? null : { entry, state: stateOf(entry, healed, header.started) },
    range,
    bisect:
      range === null
        ? null
        : bisectWords({
            header,
            test,
            range,
            gone: verdict === 'fixed',
            condition: comparison?.condition ?? null,
            signature: signature?.id ?? null,
          })
            .map(shellWord)
            .join(' '),
  };
}

/** Of the condition that the verdict rests on, where something failed there. */
function mostFrequent(cells: readonly NightCell[], condition: string | undefined): Signature | undefined {
  const there = cells.filter((cell) => cell.condition === condition);
  return [...there, ...cells].flatMap(({ signatures }) => signatures)[0]?.signature;
}

function stateOf(entry: Quarantine, healed: boolean, started: string): 'holds' | 'expired' | 'healed' {
  if (healed) return 'healed';
  return isExpired(entry, started) ? 'expired' : 'holds';
}

/** Tonight has no commit in the judgement: it is that of the night. */
function rangeOf({ revision }: NightHeader, commits: TestJudgement['commits']): TestVerdict['range'] {
  const old = commits?.after ?? null;
  const fresh = commits?.by ?? builtCommit(revision);
  return old === null || fresh === null || old === fresh ? null : { old, new: fresh };
}
