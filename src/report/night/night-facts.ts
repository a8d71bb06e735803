import type { CellSignature, NightCell, NightReport, NightVerdict, TestVerdict } from '../../model/night.ts';
import type { Rate } from '../../model/summary.ts';
import { rateInterval } from '../../stats/interval.ts';
import { plural, rateText } from '../quantities.ts';
import { seen } from './seen.ts';

/** How a verdict is meant. */
export type Tone = 'bad' | 'odd' | 'good' | 'calm';

/** What a verdict is called, beside the quarantine of its test. */
export interface VerdictWord {
  word: string;
  tone: Tone;
  /** Lower is to be read first. */
  rank: number;
}

const words: Record<NightVerdict, VerdictWord> = {
  'new-failure': { word: 'new failure', tone: 'bad', rank: 1 },
  'new-flake': { word: 'new flake', tone: 'bad', rank: 2 },
  worse: { word: 'worse', tone: 'bad', rank: 3 },
  'always-failing': { word: 'always failing', tone: 'odd', rank: 5 },
  baseline: { word: 'no past', tone: 'calm', rank: 13 },
  fixed: { word: 'fixed', tone: 'good', rank: 8 },
  better: { word: 'better', tone: 'good', rank: 9 },
  invalid: { word: 'invalid', tone: 'odd', rank: 10 },
  skipped: { word: 'skipped', tone: 'calm', rank: 14 },
  unchanged: { word: 'unchanged', tone: 'calm', rank: 15 },
};

/** The word for what the night says of a test; a test that fails as it did is not told like one that passes as it did. */
export function verdictWord(one: TestVerdict): VerdictWord {
  const { verdict, state, quarantine } = one;
  if (quarantine?.state === 'expired') return { word: 'quarantine expired', tone: 'bad', rank: 0 };
  if (quarantine?.state === 'healed') return { word: 'healed', tone: 'good', rank: 7 };
  if (quarantine !== null) return { word: 'quarantined', tone: 'calm', rank: 11 };
  if (state === 'not-run') return { word: 'not run', tone: 'calm', rank: 14 };
  const failing = state === 'flaky' || state === 'failing';
  if (verdict === 'unchanged' && failing) {
    return isFirstSeen(one)
      ? { word: `${state}, first seen`, tone: 'odd', rank: 4 }
      : { word: 'flaky as before', tone: 'odd', rank: 6 };
  }
  if (verdict === 'baseline' && failing) return { word: `${state}, no past`, tone: 'odd', rank: 4 };
  return words[verdict];
}

/** It fails where it did not on the nights before, no more often than chance would have it. */
export function isFirstSeen({ verdict, comparison }: TestVerdict): boolean {
  return verdict === 'unchanged' && comparison?.before?.failures === 0 && comparison.tonight.failures > 0;
}

/** Whether a person has to look at it; what passed, and what taught nothing by its own will, is calm. */
export function isToBeLookedAt(verdict: TestVerdict): boolean {
  return verdictWord(verdict).rank < words.baseline.rank;
}

/** Most urgent first; within a rank in the order of the suite. */
export function byUrgency(verdicts: readonly TestVerdict[]): TestVerdict[] {
  return verdicts.toSorted((a, b) => verdictWord(a).rank - verdictWord(b).rank);
}

/** Verdicts by their words, most urgent first, and how many tests have each. */
export function verdictCounts(verdicts: readonly TestVerdict[]): (VerdictWord & { count: number })[] {
  const counts = new Map<string, VerdictWord & { count: number }>();
  for (const verdict of byUrgency(verdicts)) {
    const word = verdictWord(verdict);
    counts.set(word.word, { ...word, count: (counts.get(word.word)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}

/** What the night came to, in one sentence; never green where nothing could be learnt. */
export function nightHeadline({ refusal, verdicts, ended }: NightReport): { text: string; tone: Tone } {
  if (refusal !== null) return { text: refusal, tone: 'bad' };
  const told = verdictCounts(verdicts);
  const bad = told.filter(({ tone }) => tone === 'bad');
  const good = told.filter(({ tone }) => tone === 'good');
  const list = (rows: typeof told) => rows.map(({ count, word }) => `${count} ${word}`).join(', ');
  const passing = verdicts.filter(({ state }) => state === 'passing').length;
  const unfinished = ended === null ? 'unfinished; ' : ended.reason === 'interrupted' ? 'interrupted; ' : '';
  const rest = `${good.length === 0 ? '' : `; ${list(good)}`}; ${passing} of ${plural(verdicts.length, 'test')} passed every run`;
  if (isFirstNight(verdicts)) {
    const odd = told.filter((row) => row.tone === 'odd');
    const failing = odd.length === 0 ? 'nothing fails' : list(odd);
    return { text: `${unfinished}no past to compare with: ${failing}${rest}`, tone: odd.length === 0 ? 'good' : 'odd' };
  }
  if (bad.length > 0) return { text: `${unfinished}${list(bad)}${rest}`, tone: 'bad' };
  return { text: `${unfinished}nothing new that fails${rest}`, tone: passing === 0 ? 'odd' : 'good' };
}

/** No test has a past that it could be compared with. */
export function isFirstNight(verdicts: readonly TestVerdict[]): boolean {
  const ran = verdicts.filter(({ comparison }) => comparison !== null);
  return ran.length > 0 && ran.every(({ verdict, quarantine }) => verdict === 'baseline' && quarantine === null);
}

/** Failures of all signatures together, over runs that could have failed. */
export function cellRate(cell: Pick<NightCell, 'counts'>): Rate {
  const { failures, runs } = seen(cell);
  return rateInterval(failures, runs);
}

/** Cells of each test, in the order of the conditions. */
export function cellsByTest({ cells }: NightReport): Map<string, NightCell[]> {
  const byTest = new Map<string, NightCell[]>();
  for (const cell of cells) {
    const row = byTest.get(cell.test);
    if (row === undefined) byTest.set(cell.test, [cell]);
    else row.push(cell);
  }
  return byTest;
}

/** A failure of a test under all conditions that showed it. */
export interface TestFailure {
  row: CellSignature;
  count: number;
  places: { condition: string; count: number; reproduce: string }[];
}

/** Failures of a test, the most frequent first. */
export function failuresOf(cells: readonly NightCell[]): TestFailure[] {
  const byId = new Map<string, TestFailure>();
  for (const { condition, signatures } of cells) {
    for (const row of signatures) {
      const place = { condition, count: row.count, reproduce: row.reproduce };
      const known = byId.get(row.signature.id);
      if (known === undefined) byId.set(row.signature.id, { row, count: row.count, places: [place] });
      else {
        known.count += row.count;
        known.places.push(place);
      }
    }
  }
  return [...byId.values()].sort((a, b) => b.count - a.count);
}

/** Why cells have no runs, or none that count; null: nothing to explain. */
export function reasonOf(cells: readonly NightCell[]): string | null {
  return cells.find(({ reason }) => reason !== null)?.reason ?? null;
}

/** @example `17 of 2000 runs failed: 0.85 % [0.51, 1.3]` */
export function sharesText(rate: Rate): string {
  if (rate.runs === 0) return 'no run could have failed';
  if (rate.failures === 0) return `none of ${plural(rate.runs, 'run')} failed: ${rateText(rate)}`;
  return `${rate.failures} of ${plural(rate.runs, 'run')} failed: ${rateText(rate)}`;
}

/** Of a p that is corrected for all tests: above it, it says nothing. */
export const worthTelling = 0.05;

/** What happened to a test, and what that rests on; one sentence without a full stop. */
export function verdictSentence({ state, comparison }: TestVerdict, reason: string | null): string {
  if (comparison === null) {
    if (state === 'passing') return 'no run failed';
    return reason ?? (state === 'not-run' ? 'it did not run' : 'nothing was learnt');
  }
  const { before, tonight, nights, condition, adjusted } = comparison;
  const now = `${sharesText(tonight)} (${condition})`;
  if (before === null) return now;
  const past =
    before.failures === 0 ? `none of ${before.runs}` : `${before.failures} of ${before.runs}, ${rateText(before)}`;
  const p = adjusted === null || adjusted > worthTelling ? '' : `; p ${pText(adjusted)} for all tests`;
  return `${now}; in ${plural(nights, 'night')} before: ${past}${p}`;
}

/** What the failure did between the commits of the verdict's range. */
export function rangeVerb({ verdict }: TestVerdict): 'came' | 'went' {
  return verdict === 'fixed' ? 'went' : 'came';
}

/** @example `= 0.012`, `< 1e-9` */
export function pText(p: number): string {
  if (p < 1e-9) return '< 1e-9';
  return `= ${p < 0.001 ? p.toExponential(1) : p.toFixed(p < 0.1 ? 3 : 2)}`;
}
