import type { NightCell, NightComparison, NightVerdict, TestState } from '../../model/night.ts';
import { rateInterval } from '../../stats/interval.ts';
import { type NightPlace, type PastCell, seenIn } from './cell-history.ts';
import { type ChangeCommits, cellVerdict, changeCommits, isHealed, isSick } from './cell-verdict.ts';
import type { ComparedCell } from './compare-night.ts';
import { type JudgedCell, NightHistory } from './night-history.ts';
import { testState } from './test-state.ts';

export type { PastCell } from './cell-history.ts';

/** What is said of one test of the night. */
export interface TestJudgement {
  test: string;
  verdict: NightVerdict;
  state: TestState;
  /** Null: it did not run, or nothing was to be compared. */
  comparison: NightComparison | null;
  /** Null: nothing came or went; a commit of tonight is null, too. */
  commits: ChangeCommits | null;
  /** Nothing has failed under any condition for as long as the failures that were seen ask for. */
  healed: boolean;
}

/** Nights of an unchanged suite raise one false alarm in so many, at most: one a month. */
const nightsForOneAlarm = 30;

/**
 * What a night says of each of its tests, in the order in which they first come, beside the nights before. All of the past
 * is judged anew, night after night, so that yesterday's change is today's past; equal cells give equal verdicts.
 * @param past of the same suite and machine class; nights in any order, conditions are matched here
 * @param options alpha: the chance of a false alarm in a night in which nothing changed (default 1/30)
 */
export function judgeNight(
  tonight: readonly NightCell[],
  past: readonly PastCell[],
  options: { alpha?: number } = {},
): TestJudgement[] {
  const history = new NightHistory(options.alpha ?? 1 / nightsForOneAlarm);
  for (const { place, cells } of nightsInOrder(past)) history.add(place, cells);
  return judgeTests(history.add({ night: '', started: '', commit: null }, tonight));
}

function nightsInOrder(past: readonly PastCell[]): { place: NightPlace; cells: NightCell[] }[] {
  const nights = new Map<string, { place: NightPlace; cells: NightCell[] }>();
  for (const { cell, ...place } of past) {
    const night = nights.get(place.night) ?? { place, cells: [] };
    night.cells.push(cell);
    nights.set(place.night, night);
  }
  return [...nights.values()].sort((a, b) => Date.parse(a.place.started) - Date.parse(b.place.started));
}

/** One verdict a test of those of its conditions. */
export function judgeTests(cells: readonly JudgedCell[]): TestJudgement[] {
  const tests = new Map<string, JudgedCell[]>();
  for (const judged of cells) tests.set(judged.cell.test, [...(tests.get(judged.cell.test) ?? []), judged]);
  return [...tests].map(([test, ofTest]) => judgeTest(test, ofTest));
}

/** The worst first: a test is what the worst of its conditions is. */
const order: NightVerdict[] = [
  'new-failure',
  'new-flake',
  'worse',
  'always-failing',
  'better',
  'fixed',
  'unchanged',
  'baseline',
  'skipped',
  'invalid',
];

function judgeTest(test: string, cells: readonly JudgedCell[]): TestJudgement {
  const state = testState(cells.map(({ cell }) => cell));
  const judged = cells.flatMap(({ cell, compared }) =>
    compared === null ? [] : [{ cell, compared, verdict: cellVerdict(compared) }],
  );
  const worst = judged.toSorted(
    (a, b) =>
      order.indexOf(a.verdict) - order.indexOf(b.verdict) ||
      (a.compared.change?.p ?? 1) - (b.compared.change?.p ?? 1) ||
      failingShare(b.cell) - failingShare(a.cell),
  )[0];
  if (worst === undefined) {
    const verdict = state === 'invalid' ? 'invalid' : 'skipped';
    return { test, verdict, state, comparison: null, commits: null, healed: false };
  }
  return {
    test,
    verdict: worst.verdict === 'fixed' && state !== 'passing' ? 'better' : worst.verdict,
    state,
    comparison: comparisonOf(worst.cell, worst.compared),
    commits: changeCommits(worst.compared),
    healed:
      state === 'passing' &&
      judged.every(({ compared }) => isHealed(compared.history)) &&
      !cells.some(({ elsewhere }) => elsewhere.some(isSick)),
  };
}

/** Of conditions of which nothing else can be said, the one that shows most failures is told. */
function failingShare(cell: NightCell): number {
  const { failures, runs } = seenIn(cell);
  return failures / runs;
}

function comparisonOf(cell: NightCell, { change, usual }: ComparedCell): NightComparison {
  const shift = change ?? usual;
  const own = seenIn(cell);
  if (shift === null) {
    const tonight = rateInterval(own.failures, own.runs);
    return { condition: cell.condition, signature: null, before: null, tonight, nights: 0, p: null, adjusted: null };
  }
  const { before, recent, nights, nightsBefore, series, p, adjusted } = shift;
  return {
    condition: cell.condition,
    signature: series.signature,
    before: rateInterval(before.failures, before.runs),
    tonight: rateInterval(recent.failures, recent.runs),
    ...(nights === 1 ? {} : { pooled: nights }),
    nights: nightsBefore,
    p,
    adjusted,
  };
}
