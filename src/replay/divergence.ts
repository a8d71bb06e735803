import type { Divergence } from '../model/replay.ts';
import { keyOf, parseRelease, type Trace } from './trace.ts';

/**
 * The first release at which `other` parts from `reference`. Where the traces are equal as far as they were kept, the place
 * behind them (of two runs whose schedules are known to differ).
 */
export function divergence(reference: Trace, other: Trace): Divergence {
  const longest = Math.max(reference.lines.length, other.lines.length);
  let at = 0;
  while (at < longest && sameCall(reference.lines[at], other.lines[at])) at++;
  const expected = reference.lines[at];
  const happened = other.lines[at];
  return {
    release: at + 1,
    of: reference.cut ? null : reference.lines.length,
    expected: expected === undefined ? null : parseRelease(expected),
    happened: happened === undefined ? null : parseRelease(happened),
  };
}

function sameCall(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && keyOf(one) === keyOf(other);
}
