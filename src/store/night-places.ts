import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Paths } from '../model/settings.ts';
import { diskError, errorCode } from './disk-error.ts';
import { findById } from './find-by-id.ts';
import { eventsFile } from './hunt-folder.ts';

export interface NightPlace {
  id: string;
  /** `<state>/nights/<id>`: events.ndjson. */
  dir: string;
  /** When its log was last written, milliseconds since 1970. */
  writtenMs: number;
  logBytes: number;
}

/** Where all nights live, one folder each, named by id. */
export function nightsFolder({ state }: Pick<Paths, 'state'>): string {
  return join(state, 'nights');
}

/** Nights so far, the one written last first. @throws EnvironmentError when the folder cannot be read */
export function nightPlaces(paths: Pick<Paths, 'state'>): NightPlace[] {
  const folder = nightsFolder(paths);
  return listFolder(folder)
    .flatMap((id) => {
      const dir = join(folder, id);
      const log = statSync(eventsFile(dir), { throwIfNoEntry: false });
      if (log === undefined || log.size === 0) return [];
      return [{ id, dir, writtenMs: log.mtimeMs, logBytes: log.size }];
    })
    .sort((a, b) => b.writtenMs - a.writtenMs || (a.id < b.id ? 1 : -1));
}

/**
 * The night a person means: `last`, an id, or its beginning or four last characters.
 * @throws UsageError when there is none or more than one
 */
export function findNight(paths: Pick<Paths, 'state'>, ref: string): NightPlace {
  return findById(nightPlaces(paths), ref, { one: 'night', start: 'flakehunt nightly' });
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw diskError('read', folder, error, 'Make it readable, or set XDG_STATE_HOME to another folder.');
  }
}
