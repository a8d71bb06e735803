import type { PastNightCell } from '../../model/history.ts';
import { seenIn } from '../../search/night/cell-history.ts';
import type { ScheduledTest } from '../../search/night/schedule.ts';
import { wholePathPattern } from '../../source/path-pattern.ts';

/** What the schedule is told of each test. @param serial names of tests and globs */
export function scheduledTests(
  tests: readonly string[],
  past: readonly PastNightCell[],
  changed: ReadonlySet<string>,
  serial: readonly string[],
): ScheduledTest[] {
  const known = new Map<string, { runs: number; flaked: boolean }>();
  for (const { cell } of past) {
    const { runs, failures } = seenIn(cell);
    const before = known.get(cell.test) ?? { runs: 0, flaked: false };
    known.set(cell.test, { runs: before.runs + runs, flaked: before.flaked || (failures > 0 && failures < runs) });
  }
  const isSerial = serial.map(wholePathPattern);
  return tests.map((test) => {
    const before = known.get(test);
    return {
      test,
      isNew: past.length > 0 && before === undefined,
      isChanged: changed.has(test),
      hasFlaked: before?.flaked ?? false,
      pastRuns: before?.runs ?? 0,
      isSerial: isSerial.some((matches) => matches(test)),
    };
  });
}

/** Of each cell the longest run of the nights before, in milliseconds. */
export function longestRuns(past: readonly PastNightCell[]): (test: string, condition: string) => number | null {
  const key = (test: string, condition: string) => JSON.stringify([test, condition]);
  const longest = new Map<string, number>();
  for (const { cell } of past) {
    if (cell.wall === null) continue;
    const name = key(cell.test, cell.condition);
    longest.set(name, Math.max(longest.get(name) ?? 0, cell.wall.maxUs / 1000));
  }
  return (test, condition) => longest.get(key(test, condition)) ?? null;
}
