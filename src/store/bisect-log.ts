import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EnvironmentError, UsageError } from '../errors.ts';
import type { BisectHeader } from '../model/bisect.ts';
import { BISECT_LOG_VERSION, type BisectEvent } from '../model/bisect-events.ts';
import type { Paths } from '../model/settings.ts';
import { diskError, errorCode } from './disk-error.ts';
import { EventWriter } from './event-writer.ts';
import { eventsFile } from './hunt-folder.ts';
import { lockHunt } from './hunt-lock.ts';
import { damagedLog, logLines } from './log-lines.ts';
import { makeNewFolder } from './new-folder.ts';
import { repairLog } from './repair-log.ts';

/** The one writer of a bisect: its event log. Its hunts lie beside it, in a state folder of their own. */
export interface BisectLog {
  readonly id: string;
  /** `<state>/bisects/<id>`: events.ndjson, and hunts/ with the hunts that made its runs. */
  readonly dir: string;
  /** Reaches the kernel before it returns, and the disk within about a second. @throws EnvironmentError */
  append(event: BisectEvent): void;
  /** Syncs, closes and gives the bisect free. @throws EnvironmentError */
  close(): Promise<void>;
}

export interface BisectPlace {
  id: string;
  dir: string;
  /** Milliseconds since 1970. */
  writtenMs: number;
}

/** Makes the folder of a new bisect and writes the header. @throws EnvironmentError when the state folder is read-only. */
export async function createBisect(paths: Pick<Paths, 'state'>, header: BisectHeader): Promise<BisectLog> {
  const { id, dir } = makeFolder(bisectsFolder(paths), header.id);
  const lock = lockHunt(dir);
  const writer = new EventWriter<BisectEvent>(eventsFile(dir), 'ax', adviceFor(id));
  writer.append({ type: 'bisect', v: BISECT_LOG_VERSION, t: Date.parse(header.started), header: { ...header, id } });
  return bisectLog(id, dir, writer, lock);
}

/** Opens a bisect to go on with it. @throws UsageError when another flakehunt is at it; EnvironmentError */
export function resumeBisect({ id, dir }: BisectPlace): BisectLog {
  const lock = lockHunt(dir);
  try {
    repairLog(eventsFile(dir), (line) => parseBisectEvent(line) !== null);
    return bisectLog(id, dir, new EventWriter<BisectEvent>(eventsFile(dir), 'a', adviceFor(id)), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The events of a bisect, the header first. @throws EnvironmentError when a line inside the log is damaged */
export async function* readBisect(dir: string): AsyncGenerator<BisectEvent> {
  const path = eventsFile(dir);
  let number = 0;
  for await (const line of logLines(path)) {
    number++;
    const event = parseBisectEvent(line);
    if (event === null || (event.type === 'bisect') !== (number === 1)) throw damagedLog(path, number);
    yield event;
  }
  if (number === 0) throw new EnvironmentError(`The log ${path} is empty: its flakehunt was ended before it began.`);
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
  const places = bisectPlaces(paths);
  const [newest] = places;
  if (newest === undefined) throw new UsageError('There are no bisects yet. Start one with `flakehunt bisect TEST`.');
  if (ref === 'last') return newest;
  const exact = places.filter(({ id }) => id === ref);
  const found = exact.length > 0 ? exact : places.filter(({ id }) => id.startsWith(ref) || id.endsWith(`-${ref}`));
  const [only, ...others] = found;
  const ids = (list: BisectPlace[]) => list.slice(0, 5).map(({ id }) => id);
  if (only === undefined) {
    throw new UsageError(`There is no bisect "${ref}". The newest: ${ids(places).join(', ')}.`);
  }
  if (others.length > 0) {
    throw new UsageError(
      `"${ref}" could be any of ${found.length} bisects: ${ids(found).join(', ')}. Give more of the id.`,
    );
  }
  return only;
}

function bisectLog(
  id: string,
  dir: string,
  writer: EventWriter<BisectEvent>,
  lock: ReturnType<typeof lockHunt>,
): BisectLog {
  return {
    id,
    dir,
    append: (event) => writer.append(event),
    async close() {
      try {
        await writer.close();
      } finally {
        lock.release();
      }
    },
  };
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
