import type { NightCell } from '../../model/night.ts';
import { appendNight, type CellHistory, emptyHistory, type NightPlace } from './cell-history.ts';
import { beginAnew, type ComparedCell, compareNight } from './compare-night.ts';

/** A cell and what was made of it; null: nothing in it could fail, or it was not asked for. */
export interface JudgedCell {
  cell: NightCell;
  compared: ComparedCell | null;
}

/** The nights of a suite, told one after the other: each is compared with those before, as it was on its own morning. */
export class NightHistory {
  readonly #alpha: number;
  readonly #cells = new Map<string, CellHistory>();

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
    const compared = compareNight(histories, this.#cells.values(), this.#alpha);
    for (const cell of compared) beginAnew(cell);
    const byHistory = new Map(compared.map((cell) => [cell.history, cell]));
    return told.map(({ cell, history }) => ({
      cell,
      compared: history === null ? null : (byHistory.get(history) ?? null),
    }));
  }

  /** Conditions are never mixed: each has a past of its own. */
  #historyOf({ test, condition }: NightCell): CellHistory {
    const key = JSON.stringify([test, condition]);
    const history = this.#cells.get(key) ?? emptyHistory();
    this.#cells.set(key, history);
    return history;
  }
}
