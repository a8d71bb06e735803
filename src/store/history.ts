import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { ExpectedError } from '../errors.ts';
import { makeFolders } from '../make-folders.ts';
import type { History } from '../model/history.ts';
import type { NightRecord } from '../model/night-events.ts';
import type { Paths } from '../model/settings.ts';
import { diskError } from './disk-error.ts';
import { foldNight } from './fold-night.ts';
import { indexedHistory, nightIndexer } from './history-index.ts';
import { historyOf } from './history-memory.ts';
import { migrations } from './history-schema.ts';
import { readNight } from './night-log.ts';
import { type NightPlace, nightPlaces } from './night-places.ts';

/** How to open it, and what to say. */
export interface HistoryOptions {
  /** What a person should know: an index that was rebuilt, a night that cannot be read. */
  note(text: string): void;
  /** False: nothing is written, the logs are read as they are. */
  index?: boolean;
  /** Throws the index away first. */
  rebuild?: boolean;
}

/**
 * All nights so far. The index only makes it fast: it is brought up to date from the logs, and made anew where it is gone,
 * damaged or of another version; without it the logs themselves are folded.
 * @throws EnvironmentError when the folder of the nights cannot be read
 */
export async function openHistory(paths: Pick<Paths, 'state'>, options: HistoryOptions): Promise<History> {
  const places = nightPlaces(paths);
  const sqlite = options.index === false || places.length === 0 ? null : await loadSqlite();
  if (sqlite === null) return historyOf(await readAll(places, options));
  const path = indexFile(paths);
  if (options.rebuild === true) removeIndex(path);
  const open = await tryOpen(sqlite, path, places, options);
  if (open !== null) return open;
  return historyOf(await readAll(places, options));
}

/** The file of the index; what is in it can be had from the logs. */
export function indexFile({ state }: Pick<Paths, 'state'>): string {
  return join(state, 'history.sqlite');
}

type Sqlite = typeof import('better-sqlite3');

/** Null where it could not be built: then there is no index. */
async function loadSqlite(): Promise<Sqlite | null> {
  try {
    const { default: sqlite } = await import('better-sqlite3');
    // What is missing is the compiled part, which is only looked for now.
    new sqlite(':memory:').close();
    return sqlite;
  } catch {
    return null;
  }
}

/** A second try after the first has found it damaged; null: there can be none here. */
async function tryOpen(
  sqlite: Sqlite,
  path: string,
  places: readonly NightPlace[],
  options: HistoryOptions,
): Promise<History | null> {
  for (const attempt of [1, 2]) {
    try {
      return await openIndex(sqlite, path, places, options);
    } catch (error) {
      if (error instanceof ExpectedError) throw error;
      if (!isDamage(error)) return null;
      if (attempt === 1)
        options.note(`the index of the history (${path}) ${damageOf(error)}, and was rebuilt from the logs`);
      removeIndex(path);
    }
  }
  return null;
}

async function openIndex(
  sqlite: Sqlite,
  path: string,
  places: readonly NightPlace[],
  options: HistoryOptions,
): Promise<History> {
  makeFolders(join(path, '..'));
  const db = new sqlite(path);
  try {
    for (const setting of ['busy_timeout = 5000', 'journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON']) {
      db.pragma(setting);
    }
    migrate(db);
    // Whoever asks must not be the one who finds out.
    if (db.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new Damaged();
    await bringUpToDate(db, places, options);
    return indexedHistory(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

class OtherVersion extends Error {}
class Damaged extends Error {}

function migrate(db: Database): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length) throw new OtherVersion();
  if (version === migrations.length) return;
  db.transaction(() => {
    for (const step of migrations.slice(version)) db.exec(step);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}

async function bringUpToDate(db: Database, places: readonly NightPlace[], options: HistoryOptions): Promise<void> {
  type Known = { id: string; log_bytes: number; log_ms: number };
  const known = new Map(
    db
      .prepare<[], Known>('SELECT id, log_bytes, log_ms FROM nights')
      .all()
      .map((one) => [one.id, one]),
  );
  const stale = places.filter(({ id, logBytes, writtenMs }) => {
    const had = known.get(id);
    return had === undefined || had.log_bytes !== logBytes || had.log_ms !== writtenMs;
  });
  const here = new Set(places.map(({ id }) => id));
  const gone = [...known.keys()].filter((id) => !here.has(id));
  if (stale.length === 0 && gone.length === 0) return;
  const read = await Promise.all(stale.map(async (place) => ({ place, record: await readOne(place, options) })));
  db.transaction(() => {
    for (const id of gone) db.prepare('DELETE FROM nights WHERE id = ?').run(id);
    const indexNight = nightIndexer(db);
    for (const { place, record } of read) {
      if (record !== null) indexNight(record, { bytes: place.logBytes, ms: place.writtenMs });
    }
  }).immediate();
}

async function readAll(places: readonly NightPlace[], options: HistoryOptions): Promise<NightRecord[]> {
  const records = await Promise.all(places.map((place) => readOne(place, options)));
  return records.filter((record) => record !== null);
}

/** A night that cannot be read is told of, and hides no other. */
async function readOne({ id, dir }: NightPlace, { note }: HistoryOptions): Promise<NightRecord | null> {
  try {
    const record = await foldNight(readNight(dir));
    // The folder's name is what it is found by.
    return { ...record, header: { ...record.header, id } };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    note(`night ${id} is left out: ${error.message}`);
    return null;
  }
}

/** SQLite's own words for a file that is not, or no longer, what it should be. */
function isDamage(error: unknown): boolean {
  return (
    error instanceof OtherVersion ||
    error instanceof Damaged ||
    /^SQLITE_(CORRUPT|NOTADB|ERROR|CONSTRAINT|SCHEMA|MISMATCH)/.test(codeOf(error))
  );
}

function damageOf(error: unknown): string {
  return error instanceof OtherVersion ? 'was made by another flakehunt' : 'was damaged';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** @throws EnvironmentError when it cannot be removed */
function removeIndex(path: string): void {
  try {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${end}`, { force: true });
  } catch (error) {
    throw diskError('make anew', path, error, 'Make its folder writable, or set XDG_STATE_HOME to one that is.');
  }
}
