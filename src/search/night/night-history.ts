import type { NightCell } from '../../model/night.ts';
import { appendNight, type CellHistory, emptyHistory, type NightPlace } from './cell-history.ts';
import { beginAnew, type ComparedCell, compareNight } from './compare-night.ts';

/** A cell and what was made of it; null: nothing in it could fail, or it was not asked for. */
export interface JudgedCell {
  cell: NightCell;
  compared: ComparedCell | null;
  /** The test's pasts under conditions in which nothing could fail tonight. */
  elsewhere: readonly CellHistory[];
}

/** The nights of a suite, told one after the other: each is compared with those before, as it was on its own morning. */
export class NightHistory {
  readonly #alpha: number;
  readonly #tests = new Map<string, Map<string, CellHistory>>();

  /** @param alpha see compareNight */
  constructor(alpha: number) {
    this.#alpha = alpha;
  }

  /** Adds the next night and says how its cells compare with those before. */
  add(place: NightPlace, cells: readonly NightCell[]): JudgedCell[] {
    const told = cells.map((cell) => {
      const history = this.#historyOf(cell);
      return { cell, history: appendNight(history, place, cell) ? history : null };
    });
    const histories = told.flatMap(({ history }) => history ?? []);
    const compared = compareNight(histories, this.#all(), this.#alpha);
    for (const cell of compared) beginAnew(cell);
    const byHistory = new Map(compared.map((cell) => [cell.history, cell]));
    return told.map(({ cell, history }) => ({
      cell,
      compared: history === null ? null : (byHistory.get(history) ?? null),
      elsewhere: [...(this.#tests.get(cell.test)?.values() ?? [])].filter((one) => !byHistory.has(one)),
    }));
  }

  *#all(): Generator<CellHistory> {
    for (const conditions of this.#tests.values()) yield* conditions.values();
  }

  /** Conditions are never mixed: each has a past of its own. */
  #historyOf({ test, condition }: NightCell): CellHistory {
    const conditions = this.#tests.get(test) ?? new Map<string, CellHistory>();
    const history = conditions.get(condition) ?? emptyHistory();
    this.#tests.set(test, conditions.set(condition, history));
    return history;
  }
}
