import type { HuntHeader } from '../../model/hunt.ts';
import type { NightCell } from '../../model/night.ts';
import type { NightRecord } from '../../model/night-events.ts';
import type { SpentCell } from '../../search/night/schedule.ts';
import { CellFold } from './cell-fold.ts';

/** A test under a condition, in the course of the night. */
export interface OpenCell {
  test: string;
  condition: string;
  hunt: string | null;
  fold: CellFold | null;
  /** As it was logged last. */
  logged: NightCell | null;
  spentMs: number;
  longestMs: number | null;
  isDone: boolean;
}

/** Runs after which a test that never did anything but fail is left alone. */
const enoughFailures = 20;

/** The cells of a night, those of earlier sessions among them. */
export class NightCells {
  readonly #cells: OpenCell[];

  /** @param longest longest run of a cell in earlier nights, in milliseconds; null: not known */
  constructor(
    tests: readonly string[],
    conditions: readonly string[],
    record: Pick<NightRecord, 'cells' | 'hunts'>,
    longest: (test: string, condition: string) => number | null,
  ) {
    this.#cells = conditions.flatMap((condition) =>
      tests.map((test) => {
        const isIt = (one: { test: string; condition: string }) => one.test === test && one.condition === condition;
        const logged = record.cells.find(isIt) ?? null;
        const hunt = record.hunts.find(isIt)?.hunt ?? null;
        const spentMs = logged?.elapsedMs ?? 0;
        return {
          test,
          condition,
          hunt,
          fold: null,
          logged,
          spentMs,
          longestMs: longest(test, condition),
          isDone: false,
        };
      }),
    );
  }

  all(): readonly OpenCell[] {
    return this.#cells;
  }

  of(test: string): OpenCell[] {
    return this.#cells.filter((cell) => cell.test === test);
  }

  get(test: string, condition: string): OpenCell {
    const found = this.#cells.find((cell) => cell.test === test && cell.condition === condition);
    if (found === undefined) throw new Error(`${test} under ${condition} is not part of this night`);
    return found;
  }

  /** What the schedule looks at. */
  spent(): SpentCell[] {
    return this.#cells.map(({ test, condition, spentMs, longestMs, isDone, logged }) => {
      const { runs, failures } = seen(logged);
      const isApart = logged !== null && runs > 0 && runs === logged.overloaded.runs;
      return { test, condition, spentMs, runs, failures, isApart, longestMs, isDone };
    });
  }

  /** The cell as it is now, from the events of its hunt. */
  tell(cell: OpenCell, header: HuntHeader): CellFold {
    cell.hunt = header.id;
    cell.fold ??= new CellFold(cell, header);
    return cell.fold;
  }
}

/** What a turn taught of a cell. */
export function learn(cell: OpenCell, now: NightCell): void {
  cell.logged = now;
  if (now.wall !== null) cell.longestMs = Math.max(cell.longestMs ?? 0, now.wall.maxUs / 1000);
  const { counts, overloaded } = now;
  const { runs, failures } = seen({ counts, overloaded: { ...overloaded, runs: 0, failures: 0 } });
  if (runs >= enoughFailures && failures === runs) cell.isDone = true;
}

/** All runs, those that could not fail and those under overload among them: they took their time. */
function seen(cell: Pick<NightCell, 'counts' | 'overloaded'> | null): { runs: number; failures: number } {
  if (cell === null) return { runs: 0, failures: 0 };
  const { counts, overloaded } = cell;
  const failures = counts.fail + counts.hang + counts.masked + overloaded.failures;
  return {
    failures,
    runs: failures + counts.pass + counts.skip + counts.invalid + overloaded.runs - overloaded.failures,
  };
}

/** A cell without runs, and why. */
export function emptyCell(
  { test, condition, hunt }: Pick<OpenCell, 'test' | 'condition' | 'hunt'>,
  reason: string,
): NightCell {
  return {
    test,
    condition,
    counts: { pass: 0, fail: 0, masked: 0, skip: 0, hang: 0, invalid: 0 },
    signatures: [],
    hunt,
    elapsedMs: 0,
    reason,
    wall: null,
    overloaded: { runs: 0, failures: 0 },
  };
}
