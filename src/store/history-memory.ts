import type { History, Lineage, PastNightCell } from '../model/history.ts';
import type { NightRecord } from '../model/night-events.ts';
import { nightRow, pastCells, sightings, signatureTrends } from './history-rows.ts';

/** The history of these nights, without an index. */
export function historyOf(records: readonly NightRecord[]): History {
  const ordered = [...records].sort((a, b) => compareNights(a.header, b.header));
  const cells = ordered.flatMap(pastCells);
  return {
    nights: () => ordered.map(nightRow),
    cells: (lineage, test) => cells.filter((one) => isOf(one, lineage) && (test === null || one.cell.test === test)),
    signatures: (lineage, test) =>
      signatureTrends(
        cells.filter((one) => isOf(one, lineage) && (test === null || one.cell.test === test)).flatMap(sightings),
      ),
    close: () => undefined,
  };
}

function compareNights(a: { started: string; id: string }, b: { started: string; id: string }): number {
  return Date.parse(a.started) - Date.parse(b.started) || (a.id < b.id ? -1 : 1);
}

function isOf(cell: PastNightCell, lineage: Lineage | null): boolean {
  return lineage === null || (cell.suite === lineage.suite && cell.machineClass === lineage.machineClass);
}
