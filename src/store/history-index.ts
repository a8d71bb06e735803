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

/** Puts a night into the index, in place of what it had of it. @param log of what it was read from */
export function indexNight(db: Database, record: NightRecord, log: { bytes: number; ms: number }): void {
  const row = nightRow(record);
  const { revision } = record.header;
  db.prepare('DELETE FROM nights WHERE id = ?').run(row.night);
  const key = JSON.stringify([revision.tree, revision.commit, revision.name, revision.treeId]);
  db.prepare(
    'INSERT OR IGNORE INTO revisions (key, tree, "commit", name, subject, date) VALUES (?, ?, ?, ?, ?, ?)',
  ).run(...[key, revision.tree, revision.commit, revision.name, revision.subject, revision.date]);
  db.prepare(insertNight).run({
    ...row,
    ms: Date.parse(row.started),
    class: idOf(db, 'machine_classes', 'text', row.machineClass),
    kernel: idOf(db, 'kernels', 'release', row.kernel),
    key,
    states: JSON.stringify(row.states),
    reason: row.ended?.reason ?? null,
    exit: row.ended?.exitCode ?? null,
    logBytes: log.bytes,
    logMs: log.ms,
    tree: undefined,
    commit: undefined,
    name: undefined,
    ended: undefined,
  });
  for (const past of pastCells(record)) indexCell(db, past);
}

function indexCell(db: Database, past: PastNightCell): void {
  const { cell, night, suite } = past;
  const { runs, failures } = seenIn(cell);
  db.prepare('INSERT OR IGNORE INTO tests (suite, name) VALUES (?, ?)').run(suite, cell.test);
  const test = db.prepare('SELECT id FROM tests WHERE suite = ? AND name = ?').pluck().get(suite, cell.test);
  const condition = idOf(db, 'conditions', 'text', cell.condition);
  db.prepare('INSERT INTO cells VALUES (?, ?, ?, ?, ?, ?)').run(
    ...[night, test, condition, runs, failures, JSON.stringify(cell)],
  );
  for (const { signature, count } of sightings(past)) {
    const { id, kind, title } = signature;
    db.prepare('INSERT OR IGNORE INTO signatures VALUES (?, ?, ?)').run(id, kind, title);
    db.prepare('INSERT INTO sightings VALUES (?, ?, ?, ?, ?)').run(night, test, condition, id, count);
  }
}

function idOf(
  db: Database,
  table: 'machine_classes' | 'kernels' | 'conditions',
  column: 'text' | 'release',
  text: string,
) {
  db.prepare(`INSERT OR IGNORE INTO ${table} (${column}) VALUES (?)`).run(text);
  return db.prepare<string, number>(`SELECT id FROM ${table} WHERE ${column} = ?`).pluck().get(text);
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
