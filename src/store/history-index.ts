import type { Database } from 'better-sqlite3';
import type { History, Lineage, NightRow, PastNightCell } from '../model/history.ts';
import type { NightCell } from '../model/night.ts';
import type { NightRecord } from '../model/night-events.ts';
import { seenIn } from '../search/night/cell-history.ts';
import { nightRow, pastCells, sightings, signatureTrends } from './history-rows.ts';

/** The history as the index has it. */
export function indexedHistory(db: Database): History {
  const cells = (lineage: Lineage | null, test: string | null) =>
    db
      .prepare<Named, CellRow>(
        `${selectCells} ${where(lineage, test)} ORDER BY started_ms, n.id, t.name || char(0) || c.text`,
      )
      .all(names(lineage, test))
      .map(cellOf);
  return {
    nights: () => db.prepare<[], NightLine>(selectNights).all().map(nightOf),
    cells,
    signatures: (lineage, test) => signatureTrends(cells(lineage, test).flatMap(sightings)),
    close: () => db.close(),
  };
}

/** What puts a night into the index, in place of what it had of it. Statements are prepared once for all nights. */
export function nightIndexer(db: Database): (record: NightRecord, log: { bytes: number; ms: number }) => void {
  const remove = db.prepare('DELETE FROM nights WHERE id = ?');
  const revisionOf = db.prepare(
    'INSERT OR IGNORE INTO revisions (key, tree, "commit", name, subject, date) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insert = db.prepare(insertNight);
  const [classOf, kernelOf] = [idsOf(db, 'machine_classes', 'text'), idsOf(db, 'kernels', 'release')];
  const indexCell = cellIndexer(db);
  return (record, log) => {
    const { night, started, suite, machineClass, kernel, commit, tests, states, runs, failures, elapsedMs, ended } =
      nightRow(record);
    const { tree, name, treeId, subject, date } = record.header.revision;
    const key = JSON.stringify([tree, commit, name, treeId]);
    remove.run(night);
    revisionOf.run(key, tree, commit, name, subject, date);
    insert.run({
      ...{ night, started, suite, tests, runs, failures, elapsedMs, key },
      ms: Date.parse(started),
      class: classOf(machineClass),
      kernel: kernelOf(kernel),
      states: JSON.stringify(states),
      reason: ended?.reason ?? null,
      exit: ended?.exitCode ?? null,
      logBytes: log.bytes,
      logMs: log.ms,
    });
    for (const past of pastCells(record)) indexCell(past);
  };
}

function cellIndexer(db: Database): (past: PastNightCell) => void {
  const insertTest = db.prepare('INSERT OR IGNORE INTO tests (suite, name) VALUES (?, ?)');
  const testOf = db.prepare('SELECT id FROM tests WHERE suite = ? AND name = ?').pluck();
  const conditionOf = idsOf(db, 'conditions', 'text');
  const insertCell = db.prepare('INSERT INTO cells VALUES (?, ?, ?, ?, ?, ?)');
  const insertSignature = db.prepare('INSERT OR IGNORE INTO signatures VALUES (?, ?, ?)');
  const insertSighting = db.prepare('INSERT INTO sightings VALUES (?, ?, ?, ?, ?)');
  return (past) => {
    const { cell, night, suite } = past;
    const { runs, failures } = seenIn(cell);
    insertTest.run(suite, cell.test);
    const test = testOf.get(suite, cell.test);
    const condition = conditionOf(cell.condition);
    insertCell.run(night, test, condition, runs, failures, JSON.stringify(cell));
    for (const { signature, count } of sightings(past)) {
      insertSignature.run(signature.id, signature.kind, signature.title);
      insertSighting.run(night, test, condition, signature.id, count);
    }
  };
}

/** The number of a text that is kept once. */
function idsOf(
  db: Database,
  table: 'machine_classes' | 'kernels' | 'conditions',
  column: 'text' | 'release',
): (text: string) => number | undefined {
  const insert = db.prepare(`INSERT OR IGNORE INTO ${table} (${column}) VALUES (?)`);
  const select = db.prepare<string, number>(`SELECT id FROM ${table} WHERE ${column} = ?`).pluck();
  return (text) => {
    insert.run(text);
    return select.get(text);
  };
}

const insertNight = `INSERT INTO nights VALUES (:night, :started, :ms, :suite, :class, :kernel,
  (SELECT id FROM revisions WHERE key = :key), :tests, :states, :runs, :failures, :elapsedMs, :reason, :exit,
  :logBytes, :logMs)`;

const selectNights = `SELECT n.*, m.text AS machineClass, k.release, r.tree, r."commit", r.name FROM nights n
  JOIN machine_classes m ON m.id = n.machine_class JOIN kernels k ON k.id = n.kernel JOIN revisions r ON r.id = n.revision
  ORDER BY started_ms, n.id`;

const selectCells = `SELECT n.id, n.started, n.suite, m.text AS machineClass, r."commit", cells.cell FROM cells
  JOIN nights n ON n.id = cells.night JOIN machine_classes m ON m.id = n.machine_class
  JOIN revisions r ON r.id = n.revision JOIN tests t ON t.id = cells.test JOIN conditions c ON c.id = cells.condition`;

type Named = { suite: string | null; machineClass: string | null; test: string | null };

function where(lineage: Lineage | null, test: string | null): string {
  const terms = [
    ...(lineage === null ? [] : ['n.suite = :suite AND m.text = :machineClass']),
    ...(test === null ? [] : ['t.name = :test']),
  ];
  return terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`;
}

function names(lineage: Lineage | null, test: string | null): Named {
  return { suite: lineage?.suite ?? null, machineClass: lineage?.machineClass ?? null, test };
}

interface CellRow extends Lineage {
  id: string;
  started: string;
  commit: string | null;
  cell: string;
}

function cellOf({ id, started, suite, machineClass, commit, cell }: CellRow): PastNightCell {
  return { night: id, started, suite, machineClass, commit, cell: JSON.parse(cell) as NightCell };
}

interface NightLine
  extends Pick<NightRow, 'started' | 'suite' | 'machineClass' | 'tree' | 'commit' | 'name' | 'tests'> {
  id: string;
  release: string;
  states: string;
  runs: number;
  failures: number;
  elapsed_ms: number;
  ended_reason: string | null;
  ended_exit: number | null;
}

function nightOf(line: NightLine): NightRow {
  const { id, started, suite, machineClass, release, tree, commit, name, tests, runs, failures } = line;
  const reason = line.ended_reason as NonNullable<NightRow['ended']>['reason'] | null;
  return {
    night: id,
    started,
    suite,
    machineClass,
    kernel: release,
    tree,
    commit,
    name,
    tests,
    states: JSON.parse(line.states) as NightRow['states'],
    runs,
    failures,
    elapsedMs: line.elapsed_ms,
    ended: reason === null ? null : { reason, exitCode: line.ended_exit ?? 0 },
  };
}
