import type { Output } from '../model/outcome.ts';
import type { JudgeRules } from '../model/suite.ts';
import { failureWords } from '../oracle/failure-words.ts';

/** Where a failure says nothing, its run is stopped when it leaves with a failing status, and not by its words. */
const neverSaid = '\u0000flakehunt';

/** What a run that fails like this one is to be stopped at. */
export function haltWords(output: Output, rules: JudgeRules): string {
  return failureWords(output, rules) ?? neverSaid;
}

/** For people; null where there are none. */
export function shownHaltWords(words: string): string | null {
  return words === neverSaid ? null : words;
}
