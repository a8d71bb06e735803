import { join } from 'node:path';
import { ExpectedError } from '../../errors.ts';
import type { NightCell } from '../../model/night.ts';
import type { NightRecord } from '../../model/night-events.ts';
import type { Paths } from '../../model/settings.ts';
import { huntsFolder } from '../../store/hunt-folder.ts';
import { readHunt } from '../../store/read-hunt.ts';
import { CellFold } from './cell-fold.ts';
import { learn, type NightCells, type OpenCell } from './night-cells.ts';

/**
 * Cells of a night that is gone on with, from the logs of their hunts: a killed flakehunt had no time to tell of its last
 * turns. What is gone since it was told of stays as it was told.
 * @param changed called with each cell that is more than the night's log has
 */
export async function restoreCells(
  cells: NightCells,
  { header, loads: all }: Pick<NightRecord, 'header' | 'loads'>,
  paths: Paths,
  changed: (cell: NightCell) => void,
): Promise<void> {
  const loads = header.overload === 'count' ? [] : all;
  for (const cell of cells.all()) {
    if (cell.logged !== null && cell.hunt === null) cell.isDone = true;
    if (cell.hunt === null) continue;
    const fold = await foldHunt(cell, cell.hunt, loads, paths);
    if (fold === null) {
      if (cell.logged === null) cell.hunt = null;
      else cell.isDone = true;
      continue;
    }
    cell.fold = fold;
    const now = fold.cell();
    const isNews = countsOf(now) !== countsOf(cell.logged);
    cell.spentMs = now.elapsedMs;
    if (fold.refused !== null) cell.isDone = true;
    learn(cell, now);
    if (isNews) changed(now);
  }
}

function countsOf(cell: NightCell | null): string {
  return JSON.stringify([cell?.counts, cell?.overloaded]);
}

/** Null: its hunt cannot be read any more. */
async function foldHunt(
  cell: OpenCell,
  hunt: string,
  loads: NightRecord['loads'],
  paths: Paths,
): Promise<CellFold | null> {
  try {
    let fold: CellFold | null = null;
    for await (const event of readHunt(join(huntsFolder(paths), hunt))) {
      if (event.type === 'hunt') fold = new CellFold(cell, { ...event.header, id: hunt });
      fold?.apply(event, loads.findLast(({ t }) => t <= event.t)?.overloaded ?? false);
    }
    return fold;
  } catch (error) {
    if (error instanceof ExpectedError) return null;
    throw error;
  }
}
