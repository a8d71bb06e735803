import type { History, Lineage, PastNightCell } from '../../model/history.ts';
import type { FailOn, NightCell, NightHeader, NightReport, Quarantine, TrendPoint } from '../../model/night.ts';
import type { NightRecord } from '../../model/night-events.ts';
import { seenIn } from '../../search/night/cell-history.ts';
import { testState } from '../../search/night/test-state.ts';
import { pastCells, sightings, signatureTrends } from '../../store/history-rows.ts';
import { failingOf } from './fail-on.ts';
import { tellVerdicts } from './tell-verdicts.ts';

export interface ReportWish {
  quarantine: readonly Quarantine[];
  /** Null: as the night was begun. */
  failOn: FailOn | null;
}

/** The night beside those before it, with all that its reports show. */
export function nightReport(
  record: NightRecord,
  history: Pick<History, 'cells'>,
  { quarantine, failOn }: ReportWish,
): NightReport {
  const { header, elapsedMs, ended, refusal, bisects, notes } = record;
  const cells = inOrder(record.cells, header);
  const past = pastOf(header, history);
  const all = [...past, ...pastCells(record)];
  const verdicts = tellVerdicts(header, cells, past, quarantine);
  return {
    header,
    cells,
    verdicts,
    trend: all.map(trendPoint),
    signatures: signatureTrends(all.flatMap(sightings)),
    elapsedMs,
    ended,
    failing: failingOf(verdicts, failOn ?? header.failOn ?? 'new'),
    refusal,
    ...(bisects.length === 0 ? {} : { bisects }),
    notes,
  };
}

/** The order of the suite, and of the conditions as they were asked for. */
function inOrder(cells: readonly NightCell[], { tests, conditions }: NightHeader): NightCell[] {
  const place = ({ test, condition }: NightCell) =>
    tests.indexOf(test) * conditions.length + conditions.indexOf(condition);
  return cells.toSorted((a, b) => place(a) - place(b));
}

/** Cells of the nights that began before this one, of its suite and class of machine. */
function pastOf(header: Lineage & { id: string; started: string }, history: Pick<History, 'cells'>): PastNightCell[] {
  const began = Date.parse(header.started);
  return history
    .cells(header, null)
    .filter(({ night, started }) => night !== header.id && Date.parse(started) <= began);
}

export function trendPoint({ night, started, commit, cell }: PastNightCell): TrendPoint {
  const { test, condition } = cell;
  return { night, started, commit, test, condition, ...seenIn(cell), state: testState([cell]) };
}
