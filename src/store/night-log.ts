import { EnvironmentError } from '../errors.ts';
import type { NightHeader } from '../model/night.ts';
import { NIGHT_LOG_VERSION, type NightEvent } from '../model/night-events.ts';
import type { Paths } from '../model/settings.ts';
import { diskError } from './disk-error.ts';
import { EventWriter } from './event-writer.ts';
import { eventsFile } from './hunt-folder.ts';
import { type HuntLock, lockHunt } from './hunt-lock.ts';
import { damagedLog, logLines } from './log-lines.ts';
import { makeNewFolder } from './new-folder.ts';
import { parseNightEvent } from './night-line.ts';
import { type NightPlace, nightsFolder } from './night-places.ts';
import { repairLog } from './repair-log.ts';

/** The one writer of a night. Its hunts lie with all others. */
export interface NightLog {
  readonly id: string;
  readonly dir: string;
  /** Reaches the kernel before it returns, and the disk within about a second. @throws EnvironmentError */
  append(event: NightEvent): void;
  /** Syncs, closes and gives the night free. @throws EnvironmentError */
  close(): Promise<void>;
}

/** Makes the folder of a new night and writes the header. @throws EnvironmentError when the state folder is read-only. */
export async function createNight(paths: Pick<Paths, 'state'>, header: NightHeader): Promise<NightLog> {
  const { id, dir } = makeFolder(nightsFolder(paths), header.id);
  const lock = lockHunt(dir);
  const writer = new EventWriter<NightEvent>(eventsFile(dir), 'ax', adviceFor(id));
  writer.append({ type: 'night', v: NIGHT_LOG_VERSION, t: Date.parse(header.started), header: { ...header, id } });
  await writer.sync();
  return nightLog(id, dir, writer, lock);
}

/** Opens a night to go on with it. @throws UsageError when another flakehunt is at it; EnvironmentError */
export function resumeNight({ id, dir }: NightPlace): NightLog {
  const lock = lockHunt(dir);
  try {
    repairLog(eventsFile(dir), (line) => parseNightEvent(line) !== null);
    return nightLog(id, dir, new EventWriter<NightEvent>(eventsFile(dir), 'a', adviceFor(id)), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The events of a night, the header first. @throws EnvironmentError when a line inside the log is damaged */
export async function* readNight(dir: string): AsyncGenerator<NightEvent> {
  const path = eventsFile(dir);
  let number = 0;
  for await (const line of logLines(path)) {
    number++;
    const event = parseNightEvent(line);
    if (event === null || (event.type === 'night') !== (number === 1)) throw damagedLog(path, number);
    yield event;
  }
  if (number === 0) throw new EnvironmentError(`The log ${path} is empty: its flakehunt was ended before it began.`);
}

function nightLog(id: string, dir: string, writer: EventWriter<NightEvent>, lock: HuntLock): NightLog {
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

function makeFolder(parent: string, wanted: string): { id: string; dir: string } {
  try {
    return makeNewFolder(parent, wanted);
  } catch (error) {
    throw diskError('make a night in', parent, error, stateAdvice);
  }
}

const stateAdvice = 'Make room or make it writable, or set XDG_STATE_HOME to a folder that is.';

function adviceFor(id: string): string {
  return `What was found until then is kept; once that is mended, \`flakehunt nightly --resume ${id}\` goes on.`;
}
