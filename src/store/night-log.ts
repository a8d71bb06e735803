import type { NightHeader } from '../model/night.ts';
import { NIGHT_LOG_VERSION, type NightEvent } from '../model/night-events.ts';
import type { Paths } from '../model/settings.ts';
import { diskError } from './disk-error.ts';
import { beginLog, type EventLog, type LogKind, readLog, resumeLog } from './event-log.ts';
import { makeNewFolder } from './new-folder.ts';
import { parseNightEvent } from './night-line.ts';
import { type NightPlace, nightsFolder } from './night-places.ts';

/** The one writer of a night. Its hunts lie in the same folder. */
export type NightLog = EventLog<NightEvent>;

/** Makes the folder of a new night and writes the header. @throws EnvironmentError when the state folder is read-only. */
export async function createNight(paths: Pick<Paths, 'state'>, header: NightHeader): Promise<NightLog> {
  const { id, dir } = makeFolder(nightsFolder(paths), header.id);
  const t = Date.parse(header.started);
  return await beginLog({ id, dir }, { type: 'night', v: NIGHT_LOG_VERSION, t, header: { ...header, id } }, nightKind);
}

/** Opens a night to go on with it. @throws UsageError when another flakehunt is at it; EnvironmentError */
export function resumeNight(place: NightPlace): NightLog {
  return resumeLog(place, nightKind);
}

/** The events of a night, the header first. @throws EnvironmentError when a line inside the log is damaged */
export function readNight(dir: string): AsyncGenerator<NightEvent> {
  return readLog(dir, nightKind);
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

const nightKind: LogKind<NightEvent> = { first: 'night', parse: parseNightEvent, advice: adviceFor };
