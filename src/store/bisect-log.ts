import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { BisectHeader } from '../model/bisect.ts';
import { BISECT_LOG_VERSION, type BisectEvent } from '../model/bisect-events.ts';
import type { Paths } from '../model/settings.ts';
import { diskError, errorCode } from './disk-error.ts';
import { beginLog, type EventLog, type LogKind, readLog, resumeLog } from './event-log.ts';
import { findById } from './find-by-id.ts';
import { eventsFile } from './hunt-folder.ts';
import { makeNewFolder } from './new-folder.ts';

/**
 * The one writer of a bisect, in `<state>/bisects/<id>`: events.ndjson, and hunts/ with the hunts that made its runs, a state
 * folder of their own.
 */
export type BisectLog = EventLog<BisectEvent>;

export interface BisectPlace {
  id: string;
  dir: string;
  /** Milliseconds since 1970. */
  writtenMs: number;
}

/** Makes the folder of a new bisect and writes the header. @throws EnvironmentError when the state folder is read-only. */
export async function createBisect(paths: Pick<Paths, 'state'>, header: BisectHeader): Promise<BisectLog> {
  const { id, dir } = makeFolder(bisectsFolder(paths), header.id);
  const t = Date.parse(header.started);
  return await beginLog(
    { id, dir },
    { type: 'bisect', v: BISECT_LOG_VERSION, t, header: { ...header, id } },
    bisectKind,
  );
}

/** Opens a bisect to go on with it. @throws UsageError when another flakehunt is at it; EnvironmentError */
export function resumeBisect(place: BisectPlace): BisectLog {
  return resumeLog(place, bisectKind);
}

/** The events of a bisect, the header first. @throws EnvironmentError when a line inside the log is damaged */
export function readBisect(dir: string): AsyncGenerator<BisectEvent> {
  return readLog(dir, bisectKind);
}

/** Bisects so far, the one written last first. */
export function bisectPlaces(paths: Pick<Paths, 'state'>): BisectPlace[] {
  const folder = bisectsFolder(paths);
  return listFolder(folder)
    .flatMap((name) => {
      const dir = join(folder, name);
      const log = statSync(eventsFile(dir), { throwIfNoEntry: false });
      return log === undefined || log.size === 0 ? [] : [{ id: basename(dir), dir, writtenMs: log.mtimeMs }];
    })
    .sort((a, b) => b.writtenMs - a.writtenMs || (a.id < b.id ? 1 : -1));
}

/**
 * The bisect a person means: `last`, an id, or its beginning or four last characters.
 * @throws UsageError when there is none or more than one
 */
export function findBisect(paths: Pick<Paths, 'state'>, ref: string): BisectPlace {
  return findById(bisectPlaces(paths), ref, { one: 'bisect', start: 'flakehunt bisect TEST' });
}

function bisectsFolder({ state }: Pick<Paths, 'state'>): string {
  return join(state, 'bisects');
}

function makeFolder(parent: string, wanted: string): { id: string; dir: string } {
  try {
    return makeNewFolder(parent, wanted);
  } catch (error) {
    throw diskError('make a bisect in', parent, error, stateAdvice);
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw diskError('read', folder, error, stateAdvice);
  }
}

const types = new Set<BisectEvent['type']>([
  'bisect',
  'range',
  'session',
  'doing',
  'built',
  'same',
  'unusable',
  'calibrated',
  'begun',
  'seen',
  'posterior',
  'finding',
  'note',
  'end',
]);

/** Null: the line is damaged. @throws UsageError when the log was written by a newer flakehunt. */
function parseBisectEvent(line: string): BisectEvent | null {
  let value: { type?: unknown; v?: unknown };
  try {
    value = JSON.parse(line) as typeof value;
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !types.has(value.type as BisectEvent['type'])) return null;
  if (value.type === 'bisect' && typeof value.v === 'number' && value.v > BISECT_LOG_VERSION) {
    throw new UsageError(
      `This bisect was recorded by a newer flakehunt: its log is version ${value.v}, this flakehunt reads up to ${BISECT_LOG_VERSION}. Update flakehunt to read it.`,
    );
  }
  return value as BisectEvent;
}

const stateAdvice = 'Make room or make it writable, or set XDG_STATE_HOME to a folder that is.';

function adviceFor(id: string): string {
  return `What was found until then is kept; once that is mended, \`flakehunt bisect --resume ${id}\` goes on.`;
}

const bisectKind: LogKind<BisectEvent> = { first: 'bisect', parse: parseBisectEvent, advice: adviceFor };
