import type { NightCell, TestState } from '../../model/night.ts';
import { seenIn } from './cell-history.ts';

/** Why a test had no run that might have had one. */
export const timeWasOver = "the night's time was over before its first run";

/** How a test stands in a night, over all of its conditions. */
export function testState(cells: readonly NightCell[]): TestState {
  const seen = cells.map(seenIn).filter(({ runs }) => runs > 0);
  if (seen.length === 0) return idleState(cells);
  if (seen.every(({ failures, runs }) => failures === runs)) return 'failing';
  return seen.some(({ failures }) => failures > 0) ? 'flaky' : 'passing';
}

function idleState(cells: readonly NightCell[]): TestState {
  if (cells.some(({ counts }) => counts.skip > 0)) return 'skipped';
  const isInvalid = ({ counts, overloaded, reason }: NightCell) =>
    counts.invalid > 0 || overloaded.runs > 0 || (reason !== null && reason !== timeWasOver);
  return cells.some(isInvalid) ? 'invalid' : 'not-run';
}
